//! Settings: flags and environment. The only place that reads the environment.

use crate::outbox::Delivery;
use crate::passkeys::Site;
use clap::Args;
use std::path::PathBuf;

/// Where the data is.
#[derive(Debug, Clone, Args)]
pub struct Storage {
    /// Folder of the embedded database and of the installation's secret key.
    #[arg(long, env = "PARTNER_CENTER_DATA", default_value = "data", global = true)]
    pub data_dir: PathBuf,
    /// `postgres://…` or `sqlite:…`; an SQLite file in the data folder when absent.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<String>,
    /// File with the installation's secret key; `secret.key` in the data folder when absent.
    /// Servers that share a database share this key.
    #[arg(long, env = "PARTNER_CENTER_SECRET_FILE", global = true)]
    pub secret_file: Option<PathBuf>,
}

impl Storage {
    /// The database's URL.
    #[must_use]
    pub fn url(&self) -> String {
        self.database_url.clone().unwrap_or_else(|| {
            format!("sqlite://{}?mode=rwc", self.data_dir.join("partner-center.db").display())
        })
    }

    /// The secret key's file.
    #[must_use]
    pub fn secret(&self) -> PathBuf {
        self.secret_file.clone().unwrap_or_else(|| self.data_dir.join("secret.key"))
    }
}

/// How the server runs.
#[derive(Debug, Clone, Args)]
pub struct Serving {
    /// Address to listen on.
    #[arg(long, env = "PARTNER_CENTER_LISTEN", default_value = "127.0.0.1")]
    pub listen: std::net::IpAddr,
    /// Port to listen on; 0 takes a free one.
    #[arg(long, env = "PARTNER_CENTER_PORT", default_value_t = 8080)]
    pub port: u16,
    /// Where people reach the console, for links in mails and for passkeys: `https://partner.example`. This address
    /// when absent. Passkeys belong to its domain: with another one they are lost.
    #[arg(long, env = "PARTNER_CENTER_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Whether browsers reach the server by HTTPS: cookies are then `__Host-` and `Secure`, and HSTS is sent.
    #[arg(long, env = "PARTNER_CENTER_HTTPS")]
    pub https: bool,
    /// Number of reverse proxies in front, whose `X-Forwarded-For` is believed.
    #[arg(long, env = "PARTNER_CENTER_PROXIES", default_value_t = 0)]
    pub proxies: usize,
    /// Mail server: `smtp://user:password@host:port` or `smtps://…`.
    #[arg(long, env = "PARTNER_CENTER_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// The sender of mails.
    #[arg(
        long,
        env = "PARTNER_CENTER_MAIL_FROM",
        default_value = "Partner Center <no-reply@localhost.localdomain>"
    )]
    pub mail_from: String,
    /// The text-message provider's address; receives `{"to", "text"}` by POST.
    #[arg(long, env = "PARTNER_CENTER_SMS_URL")]
    pub sms_url: Option<String>,
    /// Bearer token for the text-message provider.
    #[arg(long, env = "PARTNER_CENTER_SMS_TOKEN", hide_env_values = true)]
    pub sms_token: Option<String>,
    /// Keep messages that have no way out in the console's message centre. For demonstrations only.
    #[arg(long, env = "PARTNER_CENTER_MESSAGE_CENTRE")]
    pub message_centre: bool,
    /// Let webhooks and partners' identity providers be at plain `http://` and at addresses that are not public: for
    /// intranets and tests. Whoever may set them up can then reach what this machine reaches.
    #[arg(long, env = "PARTNER_CENTER_WEBHOOKS_ALLOW_PRIVATE")]
    pub webhooks_allow_private: bool,
    /// Write logs as JSON.
    #[arg(long, env = "PARTNER_CENTER_LOG_JSON")]
    pub log_json: bool,
}

/// What the application needs to know of its settings.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// See [`Serving::https`].
    pub https: bool,
    /// See [`Serving::proxies`].
    pub proxies: usize,
    /// See [`Serving::public_url`]; without a slash at its end.
    pub public_url: String,
    /// Where passkeys work, if they do; out of the public URL.
    pub passkeys: Option<Site>,
    /// See [`Serving::webhooks_allow_private`].
    pub webhooks_allow_private: bool,
    /// The ways out.
    pub delivery: Delivery,
}

impl From<&Serving> for Settings {
    fn from(serving: &Serving) -> Self {
        let public_url = serving.public_url.as_ref().map_or_else(
            || format!("http://{}", std::net::SocketAddr::new(serving.listen, serving.port)),
            |url| url.trim_end_matches('/').to_owned(),
        );
        Self {
            https: serving.https,
            proxies: serving.proxies,
            passkeys: Site::of(&public_url),
            public_url,
            webhooks_allow_private: serving.webhooks_allow_private,
            delivery: Delivery {
                smtp_url: serving.smtp_url.clone(),
                mail_from: serving.mail_from.clone(),
                sms_url: serving.sms_url.clone(),
                sms_token: serving.sms_token.clone(),
                message_centre: serving.message_centre,
            },
        }
    }
}
