//! Distances on the earth: along the great circle of a globe with radius 6371.0088 km, in doubles, with the `libm` crate's
//! functions, so that every machine gives the same.

/// The mean radius of the earth in km.
const RADIUS: f64 = 6371.0088;

/// `within 20 km of (52.52, 13.40)`: a place, and how far from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surroundings {
    /// degrees, −90 to 90
    pub latitude: f64,
    /// degrees, −180 to 180
    pub longitude: f64,
    /// how far, in km; that far is in
    pub km: f64,
}

impl Surroundings {
    /// Whether a place lies in them. Where the coordinates are those of no place, it is nowhere.
    pub fn have(&self, latitude: f64, longitude: f64) -> bool {
        is_place(latitude, longitude) && self.distance(latitude, longitude) <= self.km
    }

    fn distance(&self, latitude: f64, longitude: f64) -> f64 {
        let (a, b) = (self.latitude.to_radians(), latitude.to_radians());
        let half = |x: f64| {
            let sine = libm::sin(x / 2.0);
            sine * sine
        };
        let across = (longitude - self.longitude).to_radians();
        let haversine = half(b - a) + libm::cos(a) * libm::cos(b) * half(across);
        2.0 * RADIUS * libm::asin(libm::sqrt(haversine.min(1.0)))
    }
}

/// Whether there is a place of these coordinates.
pub fn is_place(latitude: f64, longitude: f64) -> bool {
    (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn far(from: (f64, f64), to: (f64, f64)) -> f64 {
        Surroundings { latitude: from.0, longitude: from.1, km: 0.0 }.distance(to.0, to.1)
    }

    #[test]
    fn distances_are_those_of_the_globe() {
        let quarter = RADIUS * std::f64::consts::FRAC_PI_2;
        let is = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{a} is not {b}");
        is(far((0.0, 0.0), (90.0, 0.0)), quarter);
        is(far((0.0, 0.0), (0.0, 180.0)), 2.0 * quarter);
        // The poles have any longitude, and the antimeridian two.
        is(far((90.0, 0.0), (90.0, 137.0)), 0.0);
        is(far((-90.0, 12.0), (90.0, -60.0)), 2.0 * quarter);
        is(far((10.0, 180.0), (10.0, -180.0)), 0.0);
        is(far((0.0, 179.5), (0.0, -179.5)), far((0.0, 0.0), (0.0, 1.0)));
        // Berlin to Munich: 504 km.
        assert!((far((52.52, 13.40), (48.14, 11.58)) - 504.0).abs() < 1.0);
    }

    #[test]
    fn whoever_is_exactly_that_far_is_in_and_coordinates_of_no_place_are_nowhere() {
        let here = Surroundings { latitude: 52.52, longitude: 13.40, km: 0.0 };
        assert!(here.have(52.52, 13.40));
        let everywhere = Surroundings { latitude: 0.0, longitude: 0.0, km: 1e9 };
        assert!(everywhere.have(-90.0, 180.0));
        for (latitude, longitude) in [(90.1, 0.0), (-90.5, 0.0), (0.0, 180.1), (0.0, -181.0), (f64::NAN, 0.0)] {
            assert!(!everywhere.have(latitude, longitude));
        }
    }
}
