//! Icons: line drawings on a 24-unit grid, drawn in the colour of the text around them.

use super::el::svg;
use super::rows::{Part, bit};
use crate::ui::prelude::*;

/// An icon by what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// Close, clear.
    Cross,
    /// Search.
    Search,
    /// Copy.
    Copy,
    /// Done.
    Check,
    /// Show what is hidden.
    Eye,
    /// Hide again.
    EyeOff,
    /// Open downwards.
    Down,
    /// Sorted upwards.
    Up,
    /// Can be sorted.
    UpDown,
    /// The page before.
    Before,
    /// The following page.
    After,
    /// The menu.
    Menu,
    /// Messages.
    Mail,
    /// A person.
    Person,
    /// Language.
    Globe,
    /// Theme.
    Contrast,
    /// Something is wrong.
    Alert,
    /// Load again.
    Again,
    /// Customers.
    People,
    /// Records.
    List,
    /// Money.
    Wallet,
    /// Bars of a chart: consumption.
    Bars,
    /// A file to take away.
    Download,
    /// Columns of a table.
    Columns,
    /// Many at once.
    Stack,
    /// Notices.
    Bell,
    /// A key.
    Key,
    /// A connection to other systems.
    Plug,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Key => "M8 11a4 4 0 1 1 0 8a4 4 0 0 1 0-8M11 12.5L20 4M16 8l3 3",
            Self::Cross => "M6 6l12 12M18 6L6 18",
            Self::Search => "M11 4a7 7 0 1 1 0 14a7 7 0 0 1 0-14M20 20l-4-4",
            Self::Copy => "M9 9h10v11H9zM5 15V4h10",
            Self::Check => "M5 13l4.5 4.5L19 7",
            Self::Eye => {
                "M2.5 12S6 5.5 12 5.5S21.5 12 21.5 12S18 18.5 12 18.5S2.5 12 2.5 12M12 9.5a2.5 2.5 0 1 1 0 5a2.5 2.5 0 0 1 0-5"
            }
            Self::EyeOff => {
                "M4 4l16 16M9.5 5.8A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a17 17 0 0 1-3 3.700M6 7.700A16 16 0 0 0 2.5 12S6 18.5 12 18.5a9 9 0 0 0 4-.9M10 10a2.5 2.5 0 0 0 3.8 3.5"
            }
            Self::Down => "M6 9.5l6 6l6-6",
            Self::Up => "M6 14.5l6-6l6 6",
            Self::UpDown => "M8 10l4-4.500L16 10M8 14l4 4.500L16 14",
            Self::Before => "M14.5 6l-6 6l6 6",
            Self::After => "M9.5 6l6 6l-6 6",
            Self::Menu => "M4 7h16M4 12h16M4 17h16",
            Self::Mail => "M3.5 6h17v12h-17zM4 7l8 6l8-6",
            Self::Person => "M12 4a4 4 0 1 1 0 8a4 4 0 0 1 0-8M4.5 20.5c.8-4 4-5.5 7.5-5.5s6.7 1.5 7.5 5.5",
            Self::Globe => "M12 3a9 9 0 1 1 0 18a9 9 0 0 1 0-18M3.5 12h17M12 3c-5 5-5 13 0 18c5-5 5-13 0-18",
            Self::Contrast => "M12 3.5a8.5 8.5 0 1 1 0 17zM12 3.5a8.5 8.5 0 0 0 0 17",
            Self::Alert => "M12 4L2.8 20h18.4zM12 10.5v4.500M12 17.3v.2",
            Self::Again => "M19.5 12a7.5 7.5 0 1 1-2.2-5.300L20 9.300M20 4.5v4.8h-4.8",
            Self::People => {
                "M9 5a3.5 3.5 0 1 1 0 7a3.5 3.5 0 0 1 0-7M2.5 19.5c.6-3.5 3.3-4.8 6.5-4.8s5.9 1.3 6.5 4.800M16 5.3a3.5 3.5 0 0 1 0 6.400M18 15.2c2 .6 3.2 2 3.5 4.3"
            }
            Self::List => "M6 3.5h12v17l-3-2l-3 2l-3-2l-3 2zM9 8.5h6M9 12.5h6",
            Self::Wallet => "M4 7.5h16v12H4zM4 7.500L16 4v3.500M15.5 13.5h1",
            Self::Columns => "M4 5h16v14H4zM10 5v14M15 5v14",
            Self::Stack => "M12 4l8 4l-8 4l-8-4zM4 12l8 4l8-4M4 16l8 4l8-4",
            Self::Bell => "M6 16.5V11a6 6 0 0 1 12 0v5.500M4.500 16.500h15M10 20h4",
            Self::Plug => "M9 3v5M15 3v5M6 8h12v4a6 6 0 0 1-12 0zM12 18v3",
            Self::Bars => "M5 20V11M12 20V4M19 20v-6",
            Self::Download => "M12 4v11M7 11l5 5l5-5M5 20h14",
        }
    }
}

/// The drawing. It says nothing to a screen reader: the words are beside it or on its button.
#[must_use]
pub fn icon(icon: Icon) -> AnyView {
    svg("svg")
        .attr("class", "icon")
        .attr("viewBox", "0 0 24 24")
        .attr("aria-hidden", "true")
        .attr("focusable", "false")
        .child(svg("path").attr("d", icon.path()))
        .into_any()
}

/// The icon in a row.
#[must_use]
pub fn icon_bit(icon: Icon) -> Part {
    bit("svg")
        .attr("class", "icon")
        .attr("viewBox", "0 0 24 24")
        .attr("aria-hidden", "true")
        .attr("focusable", "false")
        .child(bit("path").attr("d", icon.path()))
}
