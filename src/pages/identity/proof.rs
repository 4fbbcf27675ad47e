//! The own password, and a code of the second step where there is one: what is asked before the ways to sign in change.

use crate::api;
use crate::i18n::texts::{factors as factor_words, person as words};
use crate::kit::load::Load;
use crate::kit::send::Sending;
use crate::ui::field::Field;
use crate::ui::prelude::*;
use crate::ui::when;
use contract::error::Fault;
use contract::factors::{FactorView, Proof};
use contract::identity::MAX_PASSWORD;

/// What is typed. All copies are the same.
#[derive(Clone, Copy)]
pub struct Proven {
    password: RwSignal<String>,
    code: RwSignal<String>,
    has_step: Memo<bool>,
}

impl Proven {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        let factors = Load::new(|| Some(api::call::<FactorView>(&(), &(), &())));
        let has_step = memo(move || factors.get().is_some_and(|f| f.totp.is_some()));
        Self { password: RwSignal::new(String::new()), code: RwSignal::new(String::new()), has_step }
    }

    fn password_fault(self) -> Option<Fault> {
        self.password.with(String::is_empty).then_some(Fault::Required)
    }

    fn code_fault(self) -> Option<Fault> {
        (self.has_step.get() && self.code.with(|c| c.trim().is_empty())).then_some(Fault::Required)
    }

    /// Whether everything is there.
    pub fn is_right(self) -> bool {
        untrack(|| self.password_fault().is_none() && self.code_fault().is_none())
    }

    /// It, to be sent.
    pub fn take(self) -> Proof {
        Proof { password: self.password.get_untracked(), code: self.code.get_untracked().trim().to_owned() }
    }

    /// The fields of a form.
    #[must_use]
    pub fn fields(self, sending: Sending) -> AnyView {
        let password = Field::new("password", words::CURRENT_PASSWORD, self.password)
            .kind("password", "current-password")
            .max(MAX_PASSWORD)
            .error(sending.error("password", move || self.password_fault()))
            .view();
        let code = when(
            move || self.has_step.get(),
            move || {
                Field::new("code", factor_words::CODE, self.code)
                    .kind("text", "one-time-code")
                    .error(sending.error("code", move || self.code_fault()))
                    .view()
            },
        );
        (password, code).into_any()
    }
}
