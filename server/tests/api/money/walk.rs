//! A random walk over everything that moves money, with a model of what partner and customers
//! must have, and the oracle at the end.

use crate::harness::fixture::{ADMIN, MILL, RESELLER_ADMIN, RESELLERS_SHOP, SHOP};
use crate::harness::{Client, World, assert_sound, client_token, confirm, fresh_key, on_sqlite, standing};
use contract::bss::accounts::{ReclaimToPartnerAccount, UpdateCustomerAccountAmount};
use contract::codes::StepUp;
use contract::error::Code;
use contract::funds::{Appropriate, MovementKey, MovementVoid, NewMovement, Receipt, Reclaim};
use contract::id::CustomerId;
use contract::money::{Currency, Money};
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::strategy::{Just, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use server::ledger::expire::expire_holds;
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Debug, Clone, Copy)]
enum Step {
    /// A person appropriates or reclaims; with the partner's switch on, this only holds.
    Ask {
        who: usize,
        to: usize,
        back: bool,
        amount: i64,
    },
    /// A program does.
    Program {
        to: usize,
        back: bool,
        amount: i64,
    },
    /// The `n`th open hold: right code, wrong code, given up.
    Confirm(usize),
    Fumble(usize),
    GiveUp(usize),
    /// The `n`th key that was used is used again.
    Retry(usize),
    /// Time goes by, and the job runs.
    Wait(u64),
}

fn steps() -> impl Strategy<Value = Step> {
    let amount = prop_oneof![1_i64..200, 1_i64..2_000_000, Just(100_000_000)];
    let ask = (0_usize..2, 0_usize..3, any::<bool>(), amount.clone());
    let program = (0_usize..3, any::<bool>(), amount);
    prop_oneof![
        6 => ask.prop_map(|(who, to, back, amount)| Step::Ask { who, to, back, amount }),
        3 => program.prop_map(|(to, back, amount)| Step::Program { to, back, amount }),
        5 => any::<usize>().prop_map(Step::Confirm),
        1 => any::<usize>().prop_map(Step::Fumble),
        1 => any::<usize>().prop_map(Step::GiveUp),
        2 => any::<usize>().prop_map(Step::Retry),
        2 => (1_u64..400).prop_map(Step::Wait),
    ]
}

const SHOPS: [&str; 3] = [SHOP, MILL, RESELLERS_SHOP];

/// A hold that waits for its code.
#[derive(Debug, Clone)]
struct Open {
    key: String,
    to: usize,
    back: bool,
    amount: i64,
    code: String,
    fumbled: u8,
    until: i64,
}

/// What must be there: the partners' and the customers' posted and held, in fen.
struct Model {
    partners: [(i64, i64); 2],
    customers: [(i64, i64); 3],
}

impl Model {
    fn owner(to: usize) -> usize {
        usize::from(SHOPS[to] == RESELLERS_SHOP)
    }

    fn payer(&mut self, to: usize, back: bool) -> &mut (i64, i64) {
        if back { &mut self.customers[to] } else { &mut self.partners[Self::owner(to)] }
    }

    fn can_pay(&mut self, to: usize, back: bool, amount: i64) -> bool {
        let (posted, held) = *self.payer(to, back);
        amount <= posted - held
    }

    fn moves(&mut self, to: usize, back: bool, amount: i64) {
        let way = if back { -amount } else { amount };
        self.partners[Self::owner(to)].0 -= way;
        self.customers[to].0 += way;
    }
}

/// A key with what it was used for, and what was answered first.
type Used = (String, usize, bool, i64, Result<String, Code>);

struct Walk<'a> {
    world: &'a World,
    people: [Client; 2],
    programs: [Client; 2],
    model: Model,
    open: Vec<Open>,
    used: Vec<Used>,
    counts: BTreeMap<&'static str, u32>,
}

fn decimal(minor: i64) -> String {
    Money::new(minor, Currency::CNY).decimal()
}

impl Walk<'_> {
    async fn ask(
        &self,
        to: usize,
        back: bool,
        amount: i64,
        key: &str,
    ) -> crate::harness::Answer<StepUp<Receipt>> {
        let person = &self.people[Model::owner(to)];
        let body = NewMovement { amount: decimal(amount), memo: String::new() };
        let id = CustomerId::from(SHOPS[to]);
        if back {
            person.call(Reclaim).at(&id).body(&body).key(key).send().await
        } else {
            person.call(Appropriate).at(&id).body(&body).key(key).send().await
        }
    }

    async fn with_code(&self, open: &Open, code: &str) -> crate::harness::Answer<StepUp<Receipt>> {
        let person = &self.people[0];
        if open.back {
            let body = NewMovement { amount: decimal(open.amount), memo: String::new() };
            let id = CustomerId::from(SHOPS[open.to]);
            person.call(Reclaim).at(&id).body(&body).key(&open.key).code(code).send().await
        } else {
            confirm(person, SHOPS[open.to], &decimal(open.amount), &open.key, code).await
        }
    }

    fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    fn take(&mut self, n: usize) -> Option<Open> {
        if self.open.is_empty() { None } else { Some(self.open.swap_remove(n % self.open.len())) }
    }

    async fn step(&mut self, step: Step) {
        let now = self.world.app.clock.millis();
        match step {
            Step::Ask { who, to, back, amount } => self.person_asks(who, to, back, amount, now).await,
            Step::Program { to, back, amount } => self.program_asks(to, back, amount).await,
            Step::Confirm(n) => {
                let Some(open) = self.take(n) else { return };
                let answer = self.with_code(&open, &open.code).await;
                if open.fumbled >= 5 {
                    assert_eq!(answer.code(), Code::CodeLocked);
                    self.open.push(open);
                } else {
                    crate::harness::done(&answer);
                    self.model.payer(open.to, open.back).1 -= open.amount;
                    self.model.moves(open.to, open.back, open.amount);
                    self.count("confirmed");
                }
            }
            Step::Fumble(n) => {
                let Some(mut open) = self.take(n) else { return };
                let wrong = if open.code == "000000" { "111111" } else { "000000" };
                let code = self.with_code(&open, wrong).await.code();
                open.fumbled = (open.fumbled + 1).min(5);
                assert_eq!(code, if open.fumbled >= 5 { Code::CodeLocked } else { Code::CodeWrong });
                self.open.push(open);
                self.count("fumbled");
            }
            Step::GiveUp(n) => {
                let Some(open) = self.take(n) else { return };
                self.people[0].call(MovementVoid).at(&MovementKey(open.key)).send().await.ok();
                self.model.payer(open.to, open.back).1 -= open.amount;
                self.count("given up");
            }
            Step::Retry(n) => {
                if self.used.is_empty() {
                    return;
                }
                let (key, to, back, amount, first) = self.used[n % self.used.len()].clone();
                let answer = self.ask(to, back, amount, &key).await;
                match first {
                    Ok(id) => {
                        let receipt = crate::harness::done(&answer);
                        assert!(receipt.repeated);
                        assert_eq!(receipt.adjustment.transfer_id.as_str(), id);
                    }
                    Err(code) => assert_eq!(answer.code(), code),
                }
                self.count("retried");
            }
            Step::Wait(minutes) => {
                self.world.later(Duration::from_secs(minutes * 60));
                let now = self.world.app.clock.millis();
                let ended = expire_holds(&self.world.app.db, now).await.expect("the job runs");
                let (gone, left): (Vec<Open>, Vec<Open>) =
                    std::mem::take(&mut self.open).into_iter().partition(|o| o.until <= now);
                self.open = left;
                // A hold on the edge of its second may have ended or not; none here is that close.
                assert_eq!(ended, gone.len());
                for open in gone {
                    self.model.payer(open.to, open.back).1 -= open.amount;
                    self.count("expired");
                }
                // Sessions end by themselves: everybody signs in again.
                self.people = [self.world.person(&ADMIN).await, self.world.person(&RESELLER_ADMIN).await];
            }
        }
    }

    async fn person_asks(&mut self, who: usize, to: usize, back: bool, amount: i64, now: i64) {
        // The reseller's people have the reseller's shop, the distributor's the others.
        let to = if who == 1 { 2 } else { to % 2 };
        let key = fresh_key();
        let answer = self.ask(to, back, amount, &key).await;
        if !self.model.can_pay(to, back, amount) {
            assert_eq!(answer.code(), Code::InsufficientBalance);
            self.used.push((key, to, back, amount, Err(Code::InsufficientBalance)));
            self.count("refused");
            return;
        }
        if answer.status == 429 {
            assert_eq!(answer.code(), Code::CodeLimit);
            self.count("no more codes today");
            return;
        }
        match answer.ok() {
            StepUp::Done { result } => {
                assert_eq!(Model::owner(to), 1, "only the reseller moves without a code");
                self.model.moves(to, back, amount);
                self.used.push((key, to, back, amount, Ok(result.adjustment.transfer_id.to_string())));
                self.count("moved at once");
            }
            StepUp::CodeNeeded { .. } => {
                let code = self.people[0].newest_code().await;
                self.model.payer(to, back).1 += amount;
                // The server asked its clock a moment later.
                let until = now + 10 * 60_000;
                self.open.push(Open { key, to, back, amount, code, fumbled: 0, until });
                self.count("held");
            }
            StepUp::ApprovalNeeded { .. } => panic!("no partner of the cast asks for approvals"),
        }
    }

    async fn program_asks(&mut self, to: usize, back: bool, amount: i64) {
        let program = &self.programs[Model::owner(to)];
        let body = format!("{{\"customer_id\": \"{}\", \"amount\": {}}}", SHOPS[to], decimal(amount));
        let token = client_token();
        let (status, text) = if back {
            let call = program.call(ReclaimToPartnerAccount).body_text(&body);
            let answer = call.header("x-client-token", &token).send().await;
            (answer.status, answer.text)
        } else {
            let call = program.call(UpdateCustomerAccountAmount).body_text(&body);
            let answer = call.header("x-client-token", &token).send().await;
            (answer.status, answer.text)
        };
        if self.model.can_pay(to, back, amount) {
            assert_eq!(status, 200, "{text}");
            self.model.moves(to, back, amount);
            self.count("moved by a program");
        } else {
            assert!(status == 400 && text.contains("CBC.99005003"), "{status} {text}");
            self.count("refused to a program");
        }
    }

    async fn compare(&self) {
        for (to, shop) in SHOPS.iter().enumerate() {
            let owner = Model::owner(to);
            let shown = standing(&self.people[owner], shop).await;
            for (found, (posted, held)) in
                [(shown.partner, self.model.partners[owner]), (shown.customer, self.model.customers[to])]
            {
                assert_eq!(found, [decimal(posted), decimal(held), decimal(posted - held)]);
            }
        }
    }
}

async fn walk(world: &World, seed: u8, length: usize) -> BTreeMap<&'static str, u32> {
    let mut walk = Walk {
        world,
        people: [world.person(&ADMIN).await, world.person(&RESELLER_ADMIN).await],
        programs: [world.program(&ADMIN), world.program(&RESELLER_ADMIN)],
        model: Model { partners: [(100_000_000, 0), (500_000, 0)], customers: [(0, 0); 3] },
        open: Vec::new(),
        used: Vec::new(),
        counts: BTreeMap::new(),
    };
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), random);
    for n in 0..length {
        let step = steps().new_tree(&mut runner).expect("a step").current();
        println!("{n}: {step:?}");
        walk.step(step).await;
        if n % 25 == 24 {
            walk.compare().await;
        }
    }
    walk.compare().await;
    assert_sound(world).await;
    walk.counts
}

#[tokio::test]
async fn any_order_of_steps_keeps_the_books() {
    on_sqlite(async |world: &World| {
        let counts = walk(world, 42, 250).await;
        // The walk must have been everywhere, or it shows nothing.
        for what in [
            "held",
            "confirmed",
            "fumbled",
            "given up",
            "expired",
            "retried",
            "refused",
            "moved at once",
            "moved by a program",
            "refused to a program",
        ] {
            assert!(counts.contains_key(what), "{what} never happened: {counts:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn some_more_walks_on_both_engines() {
    crate::harness::both(async |world: &World| {
        walk(world, 7, 60).await;
    })
    .await;
}
