//! Where the server itself may call: public addresses, checked after the name was resolved and on exactly the
//! addresses that are then connected to, so that a name that answers otherwise the second time gains nothing.

use contract::error::Fault;
use contract::webhooks::check_url;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Why a connection was not even tried.
#[derive(Debug, thiserror::Error)]
#[error("the host has no address that may be called")]
pub(crate) struct NotAllowed;

/// An address, if it may be called as far as can be told without asking for its host.
///
/// # Errors
/// The fault of the field.
pub(crate) fn check(url: &str, private: bool) -> Result<Url, Fault> {
    let url = Url::parse(check_url(url)?).map_err(|_| Fault::Invalid)?;
    let scheme = url.scheme() == "https" || (private && url.scheme() == "http");
    let host = url.host_str().ok_or(Fault::Invalid)?;
    let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
    let named = url.username().is_empty() && url.password().is_none();
    // Numbers in any writing (0x7f.1) are addresses by now: `Url` has read them as browsers do.
    if scheme && named && literal.is_none_or(|ip| may_be_called(ip, private)) {
        Ok(url)
    } else {
        Err(Fault::Invalid)
    }
}

/// Whether an address may be called: public ones; with `private` also those of intranets and this machine.
/// Addresses at which clouds tell a machine its own secrets never are.
pub(crate) fn may_be_called(ip: IpAddr, private: bool) -> bool {
    match ip {
        IpAddr::V4(ip) => v4(ip, private),
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(mapped) => v4(mapped, private),
            None => v6(ip, private),
        },
    }
}

fn v4(ip: Ipv4Addr, private: bool) -> bool {
    let [a, b, c, _] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let inside = ip.is_private() || ip.is_loopback() || shared;
    let metadata = [Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(168, 63, 129, 16)].contains(&ip);
    let never = a == 0
        || a >= 224
        || metadata
        || ip.is_link_local()
        || ip.is_documentation()
        || (a, b, c) == (192, 0, 0)
        || (a, b, c) == (192, 88, 99)
        || (a == 198 && (b == 18 || b == 19));
    !never && (!inside || private)
}

fn v6(ip: Ipv6Addr, private: bool) -> bool {
    let [a, b, ..] = ip.segments();
    let inside = ip.is_loopback() || ip.is_unique_local();
    let metadata = [
        Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254),
        Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254),
    ]
    .contains(&ip);
    // Of the global range not what carries IPv4 addresses (Teredo and its neighbours, 6to4) or is for documents.
    let global = (a & 0xe000) == 0x2000
        && !(a == 0x2001 && (b < 0x200 || b == 0xdb8))
        && a != 0x2002
        && !(a == 0x3fff && b < 0x1000);
    !metadata && (global || (inside && private))
}

/// Resolves names to addresses that may be called, and to no others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resolver {
    pub(crate) private: bool,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let private = self.private;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|a| may_be_called(a.ip(), private)).collect();
            if allowed.is_empty() {
                return Err(NotAllowed.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_called() {
        for (ip, public, with_private) in [
            ("93.184.216.34", true, true),
            ("2606:2800:220:1::1", true, true),
            ("127.0.0.1", false, true),
            ("10.1.2.3", false, true),
            ("172.16.0.1", false, true),
            ("192.168.1.1", false, true),
            ("100.64.0.1", false, true),
            ("::1", false, true),
            ("fd12:3456::1", false, true),
            ("::ffff:10.0.0.1", false, true),
            ("::ffff:93.184.216.34", true, true),
            ("169.254.169.254", false, false),
            ("::ffff:169.254.169.254", false, false),
            ("100.100.100.200", false, false),
            ("fd00:ec2::254", false, false),
            ("fe80::1", false, false),
            ("ff02::1", false, false),
            ("0.0.0.0", false, false),
            ("::", false, false),
            ("224.0.0.1", false, false),
            ("255.255.255.255", false, false),
            ("240.0.0.1", false, false),
            ("198.18.0.1", false, false),
            ("192.0.0.8", false, false),
            ("203.0.113.1", false, false),
            ("64:ff9b::a00:1", false, false),
            ("::10.0.0.1", false, false),
            ("2002:a00:1::", false, false),
            ("2001::1", false, false),
            ("2001:db8::1", false, false),
            ("3fff::1", false, false),
        ] {
            let address = ip.parse().expect("an address");
            assert_eq!(may_be_called(address, false), public, "{ip}");
            assert_eq!(may_be_called(address, true), with_private, "{ip} where private ones may be called");
        }
    }

    #[test]
    fn addresses_are_refused_in_whatever_writing() {
        for bad in [
            "http://hook.example/",
            "https://127.0.0.1/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://017700000001/",
            "https://[::1]/",
            "https://[::ffff:169.254.169.254]/",
            "https://169.254.169.254/latest",
            "https://①②⑦.0.0.1/",
        ] {
            assert_eq!(check(bad, false), Err(Fault::Invalid), "{bad}");
        }
        assert!(check("https://hook.example:8443/a?b", false).is_ok());
        assert!(check("http://127.0.0.1:9/", true).is_ok());
        assert_eq!(check("http://169.254.169.254/", true), Err(Fault::Invalid));
    }
}
