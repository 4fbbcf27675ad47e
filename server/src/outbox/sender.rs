//! The ways out: SMTP for e-mail, a provider's HTTP interface for text messages, or the
//! embedded delivery, which shows messages in the demo's message centre.

use super::letter::{self, Logo};
use contract::codes::Channel;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::time::Duration;

/// How messages leave the server.
#[derive(Debug, Clone, Default)]
pub struct Delivery {
    /// `smtp://user:password@host:port`, `smtps://…`; embedded delivery where absent.
    pub smtp_url: Option<String>,
    /// The sender's address.
    pub mail_from: String,
    /// The text-message provider's address: receives `{"to", "text"}` by POST.
    pub sms_url: Option<String>,
    /// The bearer token for the provider.
    pub sms_token: Option<String>,
    /// Whether messages without a way out are kept in the console's message centre (demo).
    pub message_centre: bool,
}

/// The configured ways out.
#[derive(Debug, Clone)]
pub struct Sender {
    mail: Option<(AsyncSmtpTransport<Tokio1Executor>, Mailbox)>,
    sms: Option<(String, Option<String>)>,
    http: reqwest::Client,
    message_centre: bool,
}

impl Sender {
    /// Builds the ways out; connects to nothing yet.
    ///
    /// # Errors
    /// An address that cannot be one.
    pub fn new(delivery: &Delivery) -> anyhow::Result<Self> {
        let mail = match &delivery.smtp_url {
            None => None,
            Some(url) => {
                let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?
                    .timeout(Some(Duration::from_secs(4)))
                    .build();
                Some((transport, delivery.mail_from.parse()?))
            }
        };
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(4))
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self {
            mail,
            sms: delivery.sms_url.clone().map(|url| (url, delivery.sms_token.clone())),
            http,
            message_centre: delivery.message_centre,
        })
    }

    /// Whether messages of this channel stay in the demo's message centre.
    #[must_use]
    pub fn is_embedded(&self, channel: Channel) -> bool {
        let configured = match channel {
            Channel::Email => self.mail.is_some(),
            Channel::Sms => self.sms.is_some(),
            Channel::App | Channel::Passkey => false,
        };
        self.message_centre && !configured
    }

    /// Whether messages of this channel have a way out, be it the message centre.
    #[must_use]
    pub fn can(&self, channel: Channel) -> bool {
        match channel {
            Channel::Email => self.mail.is_some() || self.message_centre,
            Channel::Sms => self.sms.is_some() || self.message_centre,
            Channel::App | Channel::Passkey => true,
        }
    }

    /// Sends one message.
    ///
    /// # Errors
    /// What the other side answered, for the log; it never holds the text.
    pub async fn send(
        &self,
        channel: Channel,
        to: &str,
        (subject, text): (&str, &str),
        logo: Option<&Logo>,
    ) -> Result<(), String> {
        match channel {
            Channel::Email => self.mail(to, (subject, text), logo).await,
            Channel::Sms => self.sms(to, text).await,
            // An app is sent nothing.
            Channel::App | Channel::Passkey => Ok(()),
        }
    }

    async fn mail(&self, to: &str, (subject, text): (&str, &str), logo: Option<&Logo>) -> Result<(), String> {
        let Some((transport, from)) = &self.mail else { return Err("no mail server is configured".into()) };
        let head = lettre::Message::builder()
            .from(from.clone())
            .to(to.parse().map_err(|_| "not an e-mail address".to_owned())?)
            .subject(subject);
        let message = match logo.and_then(|logo| letter::with_logo(text, logo)) {
            Some(parts) => head.multipart(parts),
            None => head.header(ContentType::TEXT_PLAIN).body(text.to_owned()),
        };
        let message = message.map_err(|e| e.to_string())?;
        transport.send(message).await.map(drop).map_err(|e| e.to_string())
    }

    async fn sms(&self, to: &str, text: &str) -> Result<(), String> {
        let Some((url, token)) = &self.sms else {
            return Err("no text-message provider is configured".into());
        };
        let mut request = self.http.post(url).json(&serde_json::json!({"to": to, "text": text}));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.map_err(|e| e.without_url().to_string())?;
        if answer.status().is_success() {
            Ok(())
        } else {
            Err(format!("the provider answered {}", answer.status()))
        }
    }
}
