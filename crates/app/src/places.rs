//! Places for whoever types an address.

use hoso_places::{Former, Hit, Place, places};

use crate::view::{PlaceHit, ProvinceHit, ReadPlace};
use crate::{App, AppError};

/// Most places that answer a query; more than a province has communes.
const MOST: usize = 200;

impl App {
    /// Communes as one types, of one province of today or of all: today's first, then wards of before July 2025 with today's.
    ///
    /// # Errors
    /// None; every command may have some.
    #[allow(clippy::unused_async, reason = "commands are async")]
    pub async fn places_communes(
        &self,
        query: String,
        province: String,
    ) -> Result<Vec<PlaceHit>, AppError> {
        let province = Some(province.as_str()).filter(|name| !name.is_empty());
        Ok(places()
            .search(&query, province, MOST)
            .into_iter()
            .map(|Hit { place, former }| hit(place, former))
            .collect())
    }

    /// The provinces of today, by their codes, and then the former ones with what they are part of now.
    ///
    /// # Errors
    /// None; every command may have some.
    #[allow(clippy::unused_async, reason = "commands are async")]
    pub async fn places_provinces(&self) -> Result<Vec<ProvinceHit>, AppError> {
        let today = places().provinces().map(|one| ("", one));
        Ok(today
            .chain(places().former_provinces())
            .map(|(former, one)| ProvinceHit {
                code: one.code.to_owned(),
                name: one.name.to_owned(),
                former: former.to_owned(),
            })
            .collect())
    }

    /// The parts of an address on one line, in today's units; none where it doesn't end in known ones.
    ///
    /// # Errors
    /// None; every command may have some.
    #[allow(clippy::unused_async, reason = "commands are async")]
    pub async fn place_read(&self, text: String) -> Result<Option<ReadPlace>, AppError> {
        Ok(read_place(&text))
    }
}

/// The parts of an address on one line, in today's units.
pub(crate) fn read_place(text: &str) -> Option<ReadPlace> {
    places().read_address(text).map(|read| ReadPlace {
        places: read
            .places
            .iter()
            .map(|place| hit(*place, read.former))
            .collect(),
        street: read.street,
    })
}

fn hit(place: Place, former: Option<Former>) -> PlaceHit {
    PlaceHit {
        commune: place.commune.to_owned(),
        commune_code: place.commune_code.to_owned(),
        province: place.province.to_owned(),
        province_code: place.province_code.to_owned(),
        former: former.map(|former| former.text()).unwrap_or_default(),
    }
}
