//! Which page an address shows. One table drives the router, the menu, the breadcrumbs, the titles and
//! the access checks; each area adds its lines (`pages/<area>/mod.rs`).

use crate::i18n::texts::{Key, app as words};
use crate::pages;
use crate::parts::Part;
use crate::router;
use crate::session;
use crate::ui::icon::Icon;
use crate::ui::prelude::*;
use contract::access::Permission;

/// A page.
#[derive(Debug)]
pub struct Page {
    /// Its address; a part `:name` takes any text.
    pub path: &'static str,
    /// Its title.
    pub title: Key,
    /// Its place in the menu, if it has one.
    pub menu: Option<Menu>,
    /// The address of the page above it in the breadcrumbs.
    pub parent: Option<&'static str>,
    /// What the role must allow.
    pub access: Option<Permission>,
    /// The part of the program that holds what it shows.
    pub part: Part,
}

/// A place in the side menu.
#[derive(Debug, Clone, Copy)]
pub struct Menu {
    /// The group.
    pub group: Group,
    /// The drawing beside the name.
    pub icon: Icon,
}

/// A group of the side menu, under an entry of the top navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// 销售 > 拓新.
    Development,
    /// 销售 > 客户.
    Customers,
    /// 销售 > 账务.
    Finance,
    /// 组织.
    Organisation,
    /// 支持 > 能力开放.
    Support,
}

impl Group {
    /// The groups in the menu's order.
    pub const ALL: [Self; 5] =
        [Self::Development, Self::Customers, Self::Finance, Self::Organisation, Self::Support];

    /// Its name.
    #[must_use]
    pub fn name(self) -> Key {
        match self {
            Self::Development => words::GROUP_DEVELOPMENT,
            Self::Customers => words::GROUP_CUSTOMERS,
            Self::Finance => words::GROUP_FINANCE,
            Self::Organisation => words::GROUP_ORGANISATION,
            Self::Support => words::GROUP_SUPPORT,
        }
    }
}

/// Every page.
pub fn all() -> impl Iterator<Item = &'static Page> {
    [
        pages::customers::PAGES,
        pages::prospects::PAGES,
        pages::door::PAGES,
        pages::assignments::PAGES,
        pages::associations::PAGES,
        pages::consumption::PAGES,
        pages::funds::PAGES,
        pages::approvals::PAGES,
        pages::batches::PAGES,
        pages::exports::PAGES,
        pages::identity::PAGES,
        pages::organisation::PAGES,
        pages::audit::PAGES,
        pages::partner::PAGES,
        pages::keys::PAGES,
        pages::notices::PAGES,
        pages::webhooks::PAGES,
    ]
    .into_iter()
    .flatten()
}

/// The page at an address.
#[must_use]
pub fn find(path: &str) -> Option<&'static Page> {
    all().find(|page| matches(page.path, path).is_some())
}

/// The value of a part `:name` of the present address; empty where the page has no such part.
#[must_use]
pub fn part(name: &str) -> String {
    let path = untrack(router::path);
    let page = find(&path).and_then(|page| matches(page.path, &path));
    page.into_iter().flatten().find(|(n, _)| *n == name).map(|(_, value)| value).unwrap_or_default()
}

/// Whether a page is for people who are not signed in.
#[must_use]
pub fn is_public(path: &str) -> bool {
    use pages::door::{ACCOUNT, INVITATION};
    use pages::identity::{FORGOT, RESET, SIGN_IN, SSO, SSO_BACK, SSO_OF};
    let open =
        [INVITATION, ACCOUNT, SIGN_IN, SSO, SSO_OF, SSO_BACK, FORGOT, RESET, pages::organisation::JOIN];
    find(path).is_some_and(|page| open.contains(&page.path))
}

/// How much waits for the person on a page; reactive.
#[must_use]
pub fn waiting(page: &Page) -> i64 {
    if page.path == pages::approvals::LIST { session::approvals() } else { 0 }
}

/// Where a person goes who asks for nothing in particular.
pub const HOME: &str = pages::customers::LIST;

/// The parts of a path that a pattern names, if the pattern fits.
fn matches(pattern: &'static str, path: &str) -> Option<Vec<(&'static str, String)>> {
    let mut values = Vec::new();
    let mut parts = path.trim_end_matches('/').split('/');
    for expected in pattern.split('/') {
        let part = parts.next()?;
        match expected.strip_prefix(':') {
            Some(name) if !part.is_empty() => values.push((name, part.to_owned())),
            None if part == expected => {}
            _ => return None,
        }
    }
    parts.next().is_none().then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_whole_paths() {
        assert_eq!(matches("/customers", "/customers/"), Some(vec![]));
        assert_eq!(matches("/customers/:id", "/customers/c1"), Some(vec![("id", "c1".to_owned())]));
        assert_eq!(matches("/customers/:id", "/customers"), None);
        assert_eq!(matches("/customers", "/customers/c1"), None);
        assert_eq!(matches("/customers/:id", "/customers/c1/x"), None);
    }

    #[test]
    fn every_page_has_its_own_address_and_a_parent_that_exists() {
        let paths: Vec<_> = all().map(|p| p.path).collect();
        for (n, page) in all().enumerate() {
            assert!(!paths[..n].contains(&page.path), "{} is there twice", page.path);
            if let Some(parent) = page.parent {
                assert!(paths.contains(&parent), "{parent} does not exist");
            }
        }
        assert!(find(HOME).is_some());
        assert!(find("/nowhere").is_none());
    }
}
