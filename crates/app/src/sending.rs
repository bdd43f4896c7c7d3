//! When files leave, and how fast: what the person says about it.

use std::num::NonZeroU32;

use hoso_dossier::DossierId;
use hoso_sync::{Event, Hours};

use crate::view::{DossierInfo, SendHours, SendRules, SyncInfo};
use crate::{App, AppError};

impl App {
    /// Keeps when files may leave, and how fast.
    ///
    /// # Errors
    /// The hours are no two different times of the day, or the limit is nothing.
    pub async fn sync_rules(&self, rules: SendRules) -> Result<SyncInfo, AppError> {
        let open = self.open()?;
        let rules = read(&rules).ok_or(AppError::Rules)?;
        open.sender.wish(Event::Rules(rules)).await?;
        self.sync_info().await
    }

    /// Lets the files of one dossier leave now, whatever the hour and the network.
    ///
    /// # Errors
    /// There is no such dossier.
    pub async fn dossier_send_now(&self, id: DossierId) -> Result<DossierInfo, AppError> {
        let open = self.open()?;
        open.sender.wish(Event::SendNow { dossier: id }).await?;
        self.dossier(id).await
    }
}

fn read(rules: &SendRules) -> Option<hoso_sync::SendRules> {
    let hours = match &rules.hours {
        Some(SendHours { from, to }) => Some(Hours::new(minute(from)?, minute(to)?)?),
        None => None,
    };
    let bytes_per_second = match rules.bytes_per_second {
        Some(bytes) => Some(NonZeroU32::new(bytes)?),
        None => None,
    };
    Some(hoso_sync::SendRules {
        hours,
        spare_metered: rules.spare_metered,
        always_metered: rules.always_metered,
        bytes_per_second,
    })
}

/// Which minute of the day a clock shows: `20:00`.
fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let number = |text: &str, end: u16| {
        let digits = (1..=2).contains(&text.len()) && text.bytes().all(|one| one.is_ascii_digit());
        let number = text.parse::<u16>().ok().filter(|_| digits)?;
        (number < end).then_some(number)
    };
    Some(number(hours, 24)? * 60 + number(minutes, 60)?)
}

pub(crate) fn shown(rules: &hoso_sync::SendRules) -> SendRules {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    SendRules {
        hours: rules.hours.map(|hours| SendHours {
            from: clock(hours.from()),
            to: clock(hours.to()),
        }),
        spare_metered: rules.spare_metered,
        always_metered: rules.always_metered,
        bytes_per_second: rules.bytes_per_second.map(NonZeroU32::get),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_come_back_as_they_were_said_or_not_at_all() {
        let rules = |hours: Option<(&str, &str)>, bytes_per_second| SendRules {
            hours: hours.map(|(from, to)| SendHours {
                from: from.into(),
                to: to.into(),
            }),
            spare_metered: false,
            always_metered: true,
            bytes_per_second,
        };
        for said in [
            rules(None, None),
            rules(Some(("20:00", "06:00")), Some(16_384)),
            rules(Some(("00:00", "23:59")), Some(1)),
        ] {
            assert_eq!(read(&said).as_ref().map(shown), Some(said));
        }
        assert_eq!(minute("7:05"), Some(425));
        for wrong in [
            rules(Some(("20:00", "20:00")), None),
            rules(Some(("24:00", "06:00")), None),
            rules(Some(("20:60", "06:00")), None),
            rules(Some(("20", "06:00")), None),
            rules(Some(("+8:00", "06:00")), None),
            rules(Some(("", "")), None),
            rules(None, Some(0)),
        ] {
            assert_eq!(read(&wrong), None, "{wrong:?}");
        }
    }
}
