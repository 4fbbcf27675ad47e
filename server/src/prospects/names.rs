//! When two names are the same customer's, and when they are much alike.

use contract::prospects::NewProspect;
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

/// What companies call their form, longest first; a name says the same without it.
const FORMS: &[&str] = &[
    "股份有限公司",
    "有限责任公司",
    "集团有限公司",
    "有限公司",
    "公司",
    "incorporated",
    "corporation",
    "co., ltd.",
    "co., ltd",
    "co.,ltd.",
    "co.,ltd",
    "co ltd",
    "pte ltd",
    "limited",
    "gmbh",
    "corp.",
    "corp",
    "inc.",
    "inc",
    "ltd.",
    "ltd",
    "llc",
];
/// A name shorter than this, and without a company's form, may be many people's.
const MIN_CLAIM: usize = 4;
/// How much alike two names are that somebody should look at: of a hundred pairs of letters of both, so many are common.
const ALIKE: usize = 70;

/// A name in one way of writing, without the company's form: what a search looks for.
pub(super) fn stem(name: &str) -> String {
    let plain: String = name.nfkc().flat_map(char::to_lowercase).collect();
    let plain = plain.trim_end_matches([' ', '(', ')']).trim_start();
    let without = FORMS.iter().find_map(|form| plain.strip_suffix(form));
    let stem = without.unwrap_or(plain).trim_end_matches([' ', ',', '.', '(', ')']);
    if stem.is_empty() { plain.to_owned() } else { stem.to_owned() }
}

/// A name as it is compared: its stem without blanks and signs.
pub(super) fn core(name: &str) -> String {
    stem(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// What a report claims for itself.
pub(crate) fn claims(new: &NewProspect) -> Vec<String> {
    let core = core(&new.name);
    let is_company = core.chars().count() < stem_length(&new.name);
    let mut claims = Vec::new();
    if core.chars().count() >= MIN_CLAIM || (is_company && !core.is_empty()) {
        claims.push(format!("name:{core}"));
    }
    if !new.phone.is_empty() {
        claims.push(format!("phone:{}", new.phone));
    }
    if !new.email.is_empty() {
        claims.push(format!("email:{}", new.email));
    }
    claims
}

fn stem_length(name: &str) -> usize {
    name.nfkc().filter(|c| c.is_alphanumeric()).count()
}

/// The pairs of letters of a name.
pub(super) fn grams(core: &str) -> BTreeSet<String> {
    let chars: Vec<char> = core.chars().collect();
    chars.windows(2).map(|pair| pair.iter().collect()).collect()
}

/// Whether two names, as they are compared, are much alike.
pub(super) fn alike(one: &str, other: &str) -> bool {
    let (a, b) = (grams(one), grams(other));
    let common = a.intersection(&b).count();
    // The Sørensen–Dice coefficient; strsim's divides by bytes, which is wrong for Chinese.
    !a.is_empty() && 200 * common >= ALIKE * (a.len() + b.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_company_is_the_same_however_it_is_written() {
        let same = [
            "深圳市样例科技有限公司",
            " 深圳市样例科技股份有限公司 ",
            "深圳市样例科技（有限公司）",
            "深圳市 样例科技",
        ];
        for name in same {
            assert_eq!(core(name), "深圳市样例科技", "{name}");
        }
        for name in ["Sample Cloud Co., Ltd.", "SAMPLE CLOUD LTD", "Ｓａｍｐｌｅ　Ｃｌｏｕｄ Inc."]
        {
            assert_eq!(core(name), "samplecloud", "{name}");
        }
        assert_eq!(core("公司"), "公司", "a name is never nothing");
    }

    #[test]
    fn names_of_many_people_are_not_claimed() {
        let of = |name: &str| claims(&NewProspect { name: name.into(), ..NewProspect::default() });
        assert!(of("王伟").is_empty());
        assert_eq!(of("样例公司"), ["name:样例"]);
        assert_eq!(of("欧阳明月"), ["name:欧阳明月"]);
    }

    #[test]
    fn likeness_is_no_sameness() {
        assert!(alike("深圳市样例科技", "深圳样例科技"));
        assert!(!alike("深圳市样例科技", "深圳市前海贸易"));
        assert!(!alike("王伟", "王伟明"));
    }

    proptest! {
        #[test]
        fn the_core_of_a_core_is_itself_or_shorter(name in "\\PC{0,40}") {
            let once = core(&name);
            prop_assert!(core(&once).chars().count() <= once.chars().count());
            prop_assert!(once.is_empty() || alike(&once, &once) || once.chars().count() < 2);
        }
    }
}
