//! Where passkeys work: they belong to a domain, and to the console's one address at it.

/// The domain of this installation's passkeys, and the only origin whose answers are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The relying party's id: a domain, or `localhost`.
    pub rp_id: String,
    /// The origin, as browsers write it: `https://partner.example`.
    pub origin: String,
}

impl Site {
    /// The site of an installation whose public address this is. Passkeys need a domain and HTTPS, so there may be
    /// none; for development browsers take `http://localhost`, which leads to the same server as `http://127.0.0.1`.
    #[must_use]
    pub fn of(public_url: &str) -> Option<Self> {
        let (scheme, rest) = public_url.split_once("://")?;
        let authority = rest.split('/').next()?.to_ascii_lowercase();
        if authority.contains('@') || !matches!(scheme, "https" | "http") {
            return None;
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (authority.as_str(), None),
        };
        let port = port.filter(|p| *p != if scheme == "https" { "443" } else { "80" });
        let host = if matches!(host, "127.0.0.1" | "[::1]") { "localhost" } else { host };
        let is_ip = host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok();
        let is_local = host == "localhost" || host.ends_with(".localhost");
        if host.is_empty() || is_ip || (scheme == "http" && !is_local) {
            return None;
        }
        let port = port.map_or_else(String::new, |port| format!(":{port}"));
        Some(Self { rp_id: host.to_owned(), origin: format!("{scheme}://{host}{port}") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_need_a_domain_and_https_or_this_machine() {
        let site = |url: &str| Site::of(url).map(|s| (s.rp_id, s.origin));
        let is = |id: &str, origin: &str| Some((id.to_owned(), origin.to_owned()));
        assert_eq!(site("https://Partner.example"), is("partner.example", "https://partner.example"));
        assert_eq!(site("https://partner.example:443/x"), is("partner.example", "https://partner.example"));
        assert_eq!(
            site("https://partner.example:8443"),
            is("partner.example", "https://partner.example:8443")
        );
        assert_eq!(site("http://127.0.0.1:8080"), is("localhost", "http://localhost:8080"));
        assert_eq!(site("http://[::1]:8080"), is("localhost", "http://localhost:8080"));
        assert_eq!(site("http://localhost"), is("localhost", "http://localhost"));
        for none in [
            "",
            "partner.example",
            "http://partner.example",
            "https://10.0.0.1",
            "https://[2001:db8::1]",
            "https://[2001:db8::1]:8443",
            "ftp://partner.example",
            "https://user@partner.example",
            "https://",
        ] {
            assert_eq!(site(none), None, "{none}");
        }
    }
}
