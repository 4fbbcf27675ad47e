//! Which rows of a list are those of the list before, and which of them need not move. Without the browser,
//! so that it is tested here.

/// For each key of a list its place in the list before, if it was there; and which places of the list
/// before are among these. No place is given twice.
#[must_use]
pub fn places(before: &[&str], now: &[&str]) -> (Vec<Option<usize>>, Vec<bool>) {
    let mut index = None;
    let mut given = vec![false; before.len()];
    // A list mostly goes on as it did: only where it does not is a key looked for.
    let mut next = 0;
    let place = |key: &&str| {
        let goes_on = before.get(next) == Some(key) && !given[next];
        let found = if goes_on {
            next
        } else {
            index.get_or_insert_with(|| Index::of(before)).find(key, before, &given)?
        };
        given[found] = true;
        next = found + 1;
        Some(found)
    };
    let places = now.iter().map(place).collect();
    (places, given)
}

/// Places by key: chains of those whose keys have the same hash. A map of the standard library would be a
/// kilobyte more in the app.
struct Index {
    first: Vec<usize>,
    next: Vec<usize>,
}

const NONE: usize = usize::MAX;

impl Index {
    fn of(keys: &[&str]) -> Self {
        let mut first = vec![NONE; keys.len().next_power_of_two()];
        let mut next = vec![NONE; keys.len()];
        for (place, key) in keys.iter().enumerate().rev() {
            let chain = hash(key) & (first.len() - 1);
            next[place] = std::mem::replace(&mut first[chain], place);
        }
        Self { first, next }
    }

    fn find(&self, key: &str, keys: &[&str], given: &[bool]) -> Option<usize> {
        let mut place = self.first[hash(key) & (self.first.len() - 1)];
        while place != NONE && (given[place] || keys[place] != key) {
            place = self.next[place];
        }
        (place != NONE).then_some(place)
    }
}

/// FNV-1a.
fn hash(key: &str) -> usize {
    key.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
        as usize
}

/// Which of a list need not move, so that as few as possible do: the longest run whose places in the list
/// before rise.
#[must_use]
pub fn staying(places: &[Option<usize>]) -> Vec<bool> {
    // `ends[n]`: of all rising runs of n + 1, the end of the one that ends lowest.
    let mut ends: Vec<usize> = Vec::new();
    let mut previous = vec![None; places.len()];
    for (at, place) in places.iter().enumerate().filter(|(_, place)| place.is_some()) {
        let longer = ends.partition_point(|end| places[*end] < *place);
        previous[at] = longer.checked_sub(1).map(|shorter| ends[shorter]);
        match ends.get_mut(longer) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut stays = vec![false; places.len()];
    let mut at = ends.last().copied();
    while let Some(one) = at {
        stays[one] = true;
        at = previous[one];
    }
    stays
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_where_they_were() {
        let before = ["a", "b", "c", "d"];
        let places = |before: &[&str], now: &[&str]| places(before, now).0;
        assert_eq!(places(&before, &["a", "b", "c", "d"]), [Some(0), Some(1), Some(2), Some(3)]);
        assert_eq!(places(&before, &["d", "x", "b", "c"]), [Some(3), None, Some(1), Some(2)]);
        assert_eq!(places(&[], &["a"]), [None]);
        assert_eq!(places(&before, &[]), []);
    }

    #[test]
    fn no_place_is_given_twice() {
        let (places_of_now, given) = places(&["a", "b", "a", "c"], &["a", "a", "a", "b"]);
        assert_eq!(places_of_now, [Some(0), Some(2), None, Some(1)]);
        assert_eq!(given, [true, true, true, false]);
        assert_eq!(places(&["a", "b"], &["b", "b", "a", "b"]).0, [Some(1), None, Some(0), None]);
    }

    #[test]
    fn as_few_as_possible_move() {
        let moved = |places: &[usize]| {
            let places: Vec<_> = places.iter().map(|place| Some(*place)).collect();
            staying(&places).iter().filter(|stays| !**stays).count()
        };
        assert_eq!(moved(&[0, 1, 2, 3]), 0);
        assert_eq!(moved(&[0, 3, 2, 1, 4]), 2);
        assert_eq!(moved(&[0, 98, 2, 3, 4, 5, 1, 99]), 2, "two rows are swapped");
        assert_eq!(moved(&[4, 0, 1, 2, 3]), 1);
        assert_eq!(moved(&[1, 2, 3, 4, 0]), 1);
        assert_eq!(moved(&[3, 2, 1, 0]), 3);
    }

    #[test]
    fn rows_that_stay_keep_their_order_and_new_ones_never_stay() {
        // All orders of five of seven rows, with a new one among them.
        let mut count = 0;
        let mut each = |row: &[Option<usize>]| {
            let stays = staying(row);
            let kept: Vec<_> = row.iter().zip(&stays).filter(|(_, stays)| **stays).map(|(p, _)| *p).collect();
            assert!(kept.iter().all(Option::is_some) && kept.is_sorted(), "{row:?}");
            let most = (0..1_u32 << row.len())
                .map(|set| {
                    (0..row.len()).filter(|at| set >> at & 1 == 1).map(|at| row[at]).collect::<Vec<_>>()
                })
                .filter(|run| run.iter().all(Option::is_some) && run.is_sorted())
                .map(|run| run.len())
                .max();
            assert_eq!(Some(kept.len()), most, "{row:?}");
            count += 1;
        };
        permute(&mut vec![Some(0), Some(1), Some(2), None, Some(5), Some(6)], 0, &mut each);
        assert_eq!(count, 720);
    }

    fn permute(row: &mut Vec<Option<usize>>, from: usize, each: &mut impl FnMut(&[Option<usize>])) {
        if from == row.len() {
            return each(row);
        }
        for other in from..row.len() {
            row.swap(from, other);
            permute(row, from + 1, each);
            row.swap(from, other);
        }
    }
}
