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
