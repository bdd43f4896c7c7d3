//! Notices of the system.

/// Shows a notice by way of the desktop's own service.
///
/// # Errors
/// There is no such service here.
#[cfg(target_os = "linux")]
pub(crate) fn show(title: &str, text: &str) -> Result<(), String> {
    use gio::prelude::ToVariant as _;

    let doing = |error: gio::glib::Error| error.to_string();
    let bus = gio::bus_get_sync(gio::BusType::Session, gio::Cancellable::NONE).map_err(doing)?;
    // Name, the notice it replaces, icon, title, text, actions, hints, how long (as the desktop likes).
    let notice = (
        "Hồ Sơ",
        0_u32,
        "",
        title,
        text,
        Vec::<String>::new(),
        std::collections::HashMap::<String, gio::glib::Variant>::new(),
        -1_i32,
    );
    bus.call(
        Some("org.freedesktop.Notifications"),
        "/org/freedesktop/Notifications",
        "org.freedesktop.Notifications",
        "Notify",
        Some(&notice.to_variant()),
        None,
        gio::DBusCallFlags::NONE,
        2_000,
        gio::Cancellable::NONE,
        // Whether it was shown nobody can do anything about.
        |_| {},
    );
    Ok(())
}

/// Shows a notice by way of the desktop's own service.
///
/// # Errors
/// None is called here yet: the window's own list tells what is new.
#[cfg(not(target_os = "linux"))]
pub(crate) fn show(_title: &str, _text: &str) -> Result<(), String> {
    Err("this system's notices are not used".into())
}
