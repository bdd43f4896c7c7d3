//! Whether the network is charged by its volume.

use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::watch;

/// How often a file that stands in for the system is looked for.
const STAND_IN: Duration = Duration::from_millis(200);

/// What the system says, from here on; `None` where it says nothing. In journeys through the window, that there is a file of this name says so. To be
/// called on the thread of the window's own loop, which the system's word comes by.
pub(crate) fn watch(stand_in: Option<PathBuf>) -> Option<watch::Receiver<bool>> {
    let (tell, told) = watch::channel(false);
    match stand_in {
        Some(file) => {
            tokio::spawn(async move {
                while !tell.is_closed() {
                    note(&tell, file.exists());
                    tokio::time::sleep(STAND_IN).await;
                }
            });
        }
        None => ask(tell)?,
    }
    Some(told)
}

fn note(tell: &watch::Sender<bool>, metered: bool) {
    tell.send_if_modified(|known| std::mem::replace(known, metered) != metered);
}

/// NetworkManager's word, which the toolkit follows over D-Bus; where nobody knows, the network is not metered.
#[cfg(target_os = "linux")]
#[allow(clippy::unnecessary_wraps, reason = "other systems are not asked")]
fn ask(tell: watch::Sender<bool>) -> Option<()> {
    use gio::prelude::NetworkMonitorExt as _;

    let monitor = gio::NetworkMonitor::default();
    note(&tell, monitor.is_network_metered());
    monitor.connect_network_metered_notify(move |monitor| {
        note(&tell, monitor.is_network_metered());
    });
    Some(())
}

/// Nobody is asked: the person can say it in the settings.
#[cfg(not(target_os = "linux"))]
fn ask(_tell: watch::Sender<bool>) -> Option<()> {
    None
}

/// Against a bus of its own, with a stand-in for NetworkManager.
#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::env;
    use std::io::{BufRead as _, BufReader};
    use std::process::{Child, Command, Stdio};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::thread;
    use std::time::{Duration, Instant};

    use gio::glib::prelude::{ObjectExt as _, ToVariant as _};
    use gio::glib::{MainContext, Variant};
    use gio::{Cancellable, DBusCallFlags, DBusConnection, DBusConnectionFlags, DBusNodeInfo};

    use super::watch;

    /// Where the test that runs anew finds its bus.
    const BUS: &str = "HOSO_TEST_BUS";
    const NAME: &str = "org.freedesktop.NetworkManager";
    const PATH: &str = "/org/freedesktop/NetworkManager";
    const INTERFACE: &str = r#"<node><interface name="org.freedesktop.NetworkManager">
        <property name="Connectivity" type="u" access="read"/>
        <property name="Metered" type="u" access="read"/>
        <property name="State" type="u" access="read"/>
    </interface></node>"#;

    /// What NetworkManager says: 0 nobody knows, 1 yes, 2 no, 3 probably, 4 probably not.
    const SAID: [(u32, bool); 6] = [
        (1, true),
        (2, false),
        (3, true),
        (4, false),
        (1, true),
        (0, false),
    ];

    #[test]
    fn the_systems_word_is_followed() {
        match env::var(BUS) {
            Ok(address) => follow(&address),
            // The toolkit finds the system's bus by the environment of the process.
            Err(_) => run_anew(),
        }
    }

    fn run_anew() {
        let (bus, address) = Bus::start();
        let done = Command::new(env::current_exe().unwrap())
            .args(["--exact", "network::tests::the_systems_word_is_followed"])
            .env("DBUS_SYSTEM_BUS_ADDRESS", &address)
            .env(BUS, &address)
            .output()
            .unwrap();
        drop(bus);
        let said = String::from_utf8_lossy(&done.stdout);
        assert!(
            done.status.success() && said.contains("1 passed"),
            "{said}{}",
            String::from_utf8_lossy(&done.stderr)
        );
    }

    fn follow(address: &str) {
        let (say, heard) = channel();
        let (ready, is_ready) = channel();
        let address = address.to_owned();
        thread::spawn(move || manage(&address, &ready, &heard));
        is_ready.recv().unwrap();
        let told = watch(None).unwrap();
        let asked = gio::NetworkMonitor::default();
        assert_eq!(asked.type_().name(), "GNetworkMonitorNM");
        assert!(!*told.borrow());
        for (said, metered) in SAID {
            say.send(said).unwrap();
            let context = MainContext::default();
            let patience = Instant::now() + Duration::from_secs(30);
            while *told.borrow() != metered {
                assert!(Instant::now() < patience, "{said} was not heard of");
                context.iteration(false);
                thread::sleep(Duration::from_millis(2));
            }
        }
    }

    /// A NetworkManager that knows nothing but what it is told to say.
    fn manage(address: &str, ready: &Sender<()>, heard: &Receiver<u32>) {
        let context = MainContext::new();
        let serve = || {
            let flags = DBusConnectionFlags::AUTHENTICATION_CLIENT
                | DBusConnectionFlags::MESSAGE_BUS_CONNECTION;
            let bus =
                DBusConnection::for_address_sync(address, flags, None, Cancellable::NONE).unwrap();
            let metered = Arc::new(AtomicU32::new(0));
            let known = Arc::clone(&metered);
            let interface = DBusNodeInfo::for_xml(INTERFACE).unwrap();
            let interface = interface.lookup_interface(NAME).unwrap();
            let property =
                move |_: DBusConnection, _: &str, _: &str, _: &str, name: &str| match name {
                    "Metered" => known.load(Ordering::Relaxed).to_variant(),
                    // Connected; and the whole world can be reached.
                    "State" => 70_u32.to_variant(),
                    _ => 4_u32.to_variant(),
                };
            let _registered = bus
                .register_object(
                    PATH,
                    &interface,
                    |_, _, _, _, _, _, _| {},
                    property,
                    |_, _, _, _, _, _| false,
                )
                .unwrap();
            bus.call_sync(
                Some("org.freedesktop.DBus"),
                "/org/freedesktop/DBus",
                "org.freedesktop.DBus",
                "RequestName",
                Some(&(NAME, 0_u32).to_variant()),
                None,
                DBusCallFlags::NONE,
                -1,
                Cancellable::NONE,
            )
            .unwrap();
            ready.send(()).unwrap();
            loop {
                while context.iteration(false) {}
                match heard.recv_timeout(Duration::from_millis(5)) {
                    Ok(said) => {
                        metered.store(said, Ordering::Relaxed);
                        bus.emit_signal(
                            None,
                            PATH,
                            "org.freedesktop.DBus.Properties",
                            "PropertiesChanged",
                            Some(&changed(said)),
                        )
                        .unwrap();
                    }
                    Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {}
                    Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return,
                }
            }
        };
        context.with_thread_default(serve).unwrap();
    }

    fn changed(metered: u32) -> Variant {
        let properties = [("Metered".to_owned(), metered.to_variant())];
        let properties: std::collections::BTreeMap<_, _> = properties.into();
        (NAME, properties, Vec::<String>::new()).to_variant()
    }

    struct Bus(Child);

    impl Bus {
        fn start() -> (Self, String) {
            let mut child = Command::new("dbus-daemon")
                .args(["--session", "--nofork", "--print-address"])
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let mut address = String::new();
            let said = child.stdout.take().unwrap();
            BufReader::new(said).read_line(&mut address).unwrap();
            (Self(child), address.trim().to_owned())
        }
    }

    impl Drop for Bus {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
}
