//! What the shop sells, where its customers live, what they are called.

/// A kind of goods: its name, the products in it with their brand and price in cents.
pub struct Category {
    /// `"shoes"`
    pub name: &'static str,
    /// Name, brand, price in cents.
    pub products: &'static [(&'static str, &'static str, u32)],
}

/// What is sold. A product's id is 1001 for the first of the first, and so on.
pub const CATEGORIES: [Category; 6] = [
    Category {
        name: "shoes",
        products: &[
            ("Trail runner", "Fernweh", 9_900),
            ("City sneaker", "Nordhaus", 7_900),
            ("Hiking boot", "Fernweh", 14_900),
            ("Leather loafer", "Nordhaus", 11_900),
            ("Canvas slip-on", "Lumen", 3_900),
            ("Winter boot", "Fernweh", 12_900),
            ("House slipper", "Lumen", 2_900),
            ("Running sandal", "Fernweh", 5_900),
        ],
    },
    Category {
        name: "fashion",
        products: &[
            ("Merino pullover", "Nordhaus", 8_900),
            ("Linen shirt", "Nordhaus", 5_900),
            ("Denim jacket", "Lumen", 7_900),
            ("Rain coat", "Fernweh", 12_900),
            ("Cotton socks, 5 pairs", "Lumen", 1_490),
            ("Wool scarf", "Nordhaus", 3_490),
            ("Summer dress", "Lumen", 6_490),
            ("Chino trousers", "Nordhaus", 6_900),
        ],
    },
    Category {
        name: "home",
        products: &[
            ("Table lamp", "Lumen", 4_990),
            ("Bed linen", "Hygge", 6_990),
            ("Ceramic mug", "Hygge", 1_290),
            ("Knife set", "Solid", 8_990),
            ("Cast-iron pan", "Solid", 5_490),
            ("Candle", "Hygge", 1_690),
            ("Wool blanket", "Hygge", 7_490),
            ("Coffee grinder", "Solid", 4_490),
        ],
    },
    Category {
        name: "books",
        products: &[
            ("Crime novel", "Anker", 1_300),
            ("Cookbook", "Anker", 2_490),
            ("Picture book", "Kiebitz", 1_590),
            ("Travel guide", "Kiebitz", 1_890),
            ("Biography", "Anker", 2_290),
            ("Poetry", "Kiebitz", 1_190),
        ],
    },
    Category {
        name: "electronics",
        products: &[
            ("Headphones", "Volta", 12_900),
            ("Desk speaker", "Volta", 8_900),
            ("E-reader", "Volta", 13_900),
            ("Power bank", "Solid", 2_990),
            ("Keyboard", "Volta", 6_990),
            ("Bike light", "Fernweh", 3_490),
        ],
    },
    Category {
        name: "beauty",
        products: &[
            ("Hand cream", "Salvia", 990),
            ("Shampoo bar", "Salvia", 890),
            ("Perfume", "Belle", 6_900),
            ("Face mask", "Belle", 1_490),
            ("Sun cream", "Salvia", 1_690),
            ("Gift set", "Belle", 4_900),
        ],
    },
];

/// The id of the first product.
pub const FIRST_PRODUCT: i64 = 1001;

/// A product by category and place in it.
pub fn product(category: usize, place: usize) -> (i64, u32) {
    let category = category % CATEGORIES.len();
    let before: usize = CATEGORIES.iter().take(category).map(|c| c.products.len()).sum();
    let products = CATEGORIES[category].products;
    let place = place % products.len();
    (FIRST_PRODUCT + (before + place) as i64, products[place].2)
}

/// City, country, latitude and longitude; the larger ones stand more than once.
pub const CITIES: [(&str, &str, f64, f64); 16] = [
    ("Berlin", "DE", 52.52, 13.40),
    ("Berlin", "DE", 52.52, 13.40),
    ("Berlin", "DE", 52.52, 13.40),
    ("Hamburg", "DE", 53.55, 9.99),
    ("Hamburg", "DE", 53.55, 9.99),
    ("München", "DE", 48.14, 11.58),
    ("München", "DE", 48.14, 11.58),
    ("Köln", "DE", 50.94, 6.96),
    ("Leipzig", "DE", 51.34, 12.37),
    ("Potsdam", "DE", 52.40, 13.06),
    ("Wien", "AT", 48.21, 16.37),
    ("Wien", "AT", 48.21, 16.37),
    ("Graz", "AT", 47.07, 15.44),
    ("Salzburg", "AT", 47.80, 13.04),
    ("Zürich", "CH", 47.37, 8.54),
    ("Bern", "CH", 46.95, 7.45),
];

/// First names.
pub const NAMES: [&str; 24] = [
    "Ada", "Anton", "Clara", "Emil", "Frieda", "Hannes", "Ida", "Jonas", "Karla", "Leo", "Mathilda", "Nils", "Olga", "Paul",
    "Rosa", "Samir", "Tilda", "Umut", "Vera", "Willi", "Yara", "Zoe", "Mehmet", "Lina",
];

/// How they heard of the shop.
pub const CHANNELS: [&str; 4] = ["search", "social", "friend", "advert"];
/// From where a session came.
pub const REFERRERS: [&str; 4] = ["direct", "search", "social", "email"];
/// What the session was on.
pub const DEVICES: [&str; 3] = ["desktop", "mobile", "tablet"];
/// What tickets are about.
pub const TOPICS: [&str; 5] = ["question", "delivery", "complaint", "return", "payment"];
