"""CODE: what `Weigher` runs, in the text format of WebAssembly: all windows of a text, weighed by one model.

It does what `features` and `LinearModel` do together, feature for feature and window for window, in one pass
and without an array: they say what is meant, and a test holds both together.

Words are numbered, and every 16 of them are a group. A feature that begins in group g counts in the windows
that begin with groups g-3 to g, in each once, so what was counted for an earlier one of its kind is left out.
Weights are added up at the window where they begin to count and taken away after the last: the running sum is
what a window weighs. A weight stands 20 bits up; below it features are counted.
"""

from gateway_desktop.inspection.feature_tables import BITS, FOLDED, MIX
from gateway_desktop.inspection.feature_tables import LETTERS as GRAM
from gateway_desktop.inspection.feature_tables import LONGEST as LONGEST_WORD
from gateway_desktop.inspection.judgement import LETTERS_OF_WINDOW, STRIDE, WINDOW

# Where things lie in its memory, in bytes.
LETTERS, POWERS, GRAMS = 0, 0x800, 0x1000  # the tables of features
TEXT = 0x4000
STARTS = 0x20000  # of each word its first byte
HASHES = 0x60000  # of each word
SUMS = 0xC0000  # of each window, as above
POINTS = 0xC8000  # of each window
TABLE = 0xD0000  # the last group of each feature that was met: bucket << 12 | group + 1
LISTED = TABLE  # what is listed when all is weighed
WEIGHTS = 0x300000  # of the model, 2 MB

LONGEST = 98_304  # bytes of a text: more is never looked at without a pause, and 12 bits hold its groups
NO_PAIR = 0xFFFFFFFF


def _added(window: str, value: str) -> str:
    """Return code that adds a value to the sum of a window."""
    return f"""
    (local.set $at (i32.shl {window} (i32.const 3)))
    (i64.store offset={SUMS} (local.get $at) (i64.add (i64.load offset={SUMS} (local.get $at)) {value}))"""


def _bucket(number: str) -> str:
    """Return code for the bucket of a number."""
    mixed = f"(i64.xor {number} (i64.shr_u {number} (i64.const {FOLDED})))"
    return f"(i32.wrap_i64 (i64.shr_u (i64.mul {mixed} (i64.const {MIX[0]})) (i64.const {64 - BITS})))"


def _byte(at: int) -> str:
    """Return code for the number of a byte of a gram, by its place in it."""
    byte = f"(i32.load8_u offset={TEXT + at} (local.get $at))"
    return f"(i64.load offset={GRAMS + 0x800 * at} (i32.shl {byte} (i32.const 3)))"


# What is done for every letter stands there in full: calls of functions are not inlined.
CODE = f"""
(module
  (memory (export "memory") 80)
  (global $mask (mut i32) (i32.const 0))
  (global $weights (mut i32) (i32.const 0))
  (global $words (mut i32) (i32.const 0))
  (global $size (mut i32) (i32.const 0))
  (global $best (mut i32) (i32.const 0))  ;; the first word of the heaviest window

  (func $start (param $word i32) (result i32)
    (i32.load offset={STARTS} (i32.shl (local.get $word) (i32.const 2))))

  (func $hash (param $word i32) (result i64)
    (i64.load offset={HASHES} (i32.shl (local.get $word) (i32.const 3))))

  (func $word (param $word i32) (result i64)
    (i64.mul (call $hash (local.get $word)) (i64.const {MIX[0]})))

  ;; The number of a word and its next.
  (func $pair (param $word i32) (result i64)
    (i64.add (call $word (local.get $word))
      (i64.mul (call $hash (i32.add (local.get $word) (i32.const 1))) (i64.const {MIX[1]}))))

  ;; The number that a table has for the byte of the text at a place.
  (func $letter (param $at i32) (result i64)
    (i64.load offset={LETTERS} (i32.shl (i32.load8_u offset={TEXT} (local.get $at)) (i32.const 3))))

  (func $min (param $a i32) (param $b i32) (result i32)
    (select (local.get $a) (local.get $b) (i32.lt_s (local.get $a) (local.get $b))))

  (func $bucket (param $number i64) (result i32)
    {_bucket("(local.get $number)")})

  ;; Count the feature of a number, met in a group.
  (func $count (param $number i64) (param $group i32)
    (local $bucket i32) (local $slot i32) (local $at i32) (local $entry i32) (local $since i32)
    (local $value i64)
    (local.set $bucket {_bucket("(local.get $number)")})
    (local.set $slot (local.get $bucket))
    (local.set $since (i32.sub (local.get $group) (i32.const 3)))
    (if (i32.lt_s (local.get $since) (i32.const 0)) (then (local.set $since (i32.const 0))))
    (block $found
      (loop $next
        (local.set $at (i32.shl (i32.and (local.get $slot) (global.get $mask)) (i32.const 2)))
        (local.set $entry (i32.load offset={TABLE} (local.get $at)))
        (br_if $found (i32.eqz (local.get $entry)))
        (if (i32.eq (i32.shr_u (local.get $entry) (i32.const 12)) (local.get $bucket))
          (then
            (local.set $entry (i32.and (local.get $entry) (i32.const 4095)))
            (if (i32.gt_s (local.get $entry) (local.get $group)) (then (return)))
            (if (i32.gt_s (local.get $entry) (local.get $since))
              (then (local.set $since (local.get $entry))))
            (br $found)))
        (local.set $slot (i32.add (local.get $slot) (i32.const 1)))
        (br $next)))
    (i32.store offset={TABLE} (local.get $at)
      (i32.or (i32.shl (local.get $bucket) (i32.const 12)) (i32.add (local.get $group) (i32.const 1))))
    (local.set $value
      (i64.add (i64.const 1)
        (i64.shl
          (i64.load16_s (i32.add (global.get $weights) (i32.shl (local.get $bucket) (i32.const 1))))
          (i64.const 20))))
    {_added("(local.get $since)", "(local.get $value)")}
    {_added("(i32.add (local.get $group) (i32.const 1))", "(i64.sub (i64.const 0) (local.get $value))")})

  ;; The first byte that begins no gram.
  (func $stop (result i32)
    (i32.sub (global.get $size) (i32.const {GRAM - 1})))

  ;; Count the features that begin in some words, of letters those before `stop`; each in the group of its
  ;; word, or all in one.
  (func $features (param $word i32) (param $last i32) (param $stop i32) (param $grouped i32)
    (local $group i32) (local $at i32) (local $end i32)
    (if (local.get $word) (then (local.set $at (call $start (local.get $word)))))
    (loop $next
      (if (local.get $grouped) (then (local.set $group (i32.shr_u (local.get $word) (i32.const 4)))))
      (call $count (call $word (local.get $word)) (local.get $group))
      (if (i32.lt_s (i32.add (local.get $word) (i32.const 1)) (global.get $words))
        (then (call $count (call $pair (local.get $word)) (local.get $group))))
      (local.set $word (i32.add (local.get $word) (i32.const 1)))
      (local.set $end (call $min (call $start (local.get $word)) (local.get $stop)))
      (block $done
        (loop $letters
          (br_if $done (i32.ge_s (local.get $at) (local.get $end)))
          (call $count (call $gram (local.get $at)) (local.get $group))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $letters)))
      (br_if $next (i32.lt_s (local.get $word) (local.get $last)))))

  ;; The number of 5 bytes in a row.
  (func $gram (param $at i32) (result i64)
    {" ".join(map(_byte, range(GRAM)))}
    {"i64.add " * (GRAM - 1)})

  ;; What a running sum says of a window.
  (func $points (param $sum i64) (result f64)
    (f64.div
      (f64.convert_i64_s (i64.shr_s (local.get $sum) (i64.const 20)))
      (f64.sqrt (f64.convert_i64_s (i64.and (local.get $sum) (i64.const 0xFFFFF))))))

  (func $forget
    (memory.fill (i32.const {TABLE}) (i32.const 0)
      (i32.shl (i32.add (global.get $mask) (i32.const 1)) (i32.const 2)))
    (memory.fill (i32.const {SUMS}) (i32.const 0)
      (i32.shr_u (i32.add (global.get $words) (i32.const 64)) (i32.const 1))))

  ;; What one window weighs by itself: its first 2,000 letters count.
  (func $alone (param $first i32) (param $last i32) (result f64)
    (local $begin i32)
    (call $forget)
    (if (local.get $first) (then (local.set $begin (call $start (local.get $first)))))
    (call $features (local.get $first) (local.get $last)
      (call $min (call $stop) (i32.add (local.get $begin) (i32.const {LETTERS_OF_WINDOW})))
      (i32.const 0))
    (call $points (i64.load (i32.const {SUMS}))))

  ;; Find the words, and a number for each.
  (func $read
    (local $at i32) (local $within i32) (local $inside i32) (local $letter i64) (local $hash i64)
    (global.set $words (i32.const 0))
    (block $done
      (loop $next
        (br_if $done (i32.ge_s (local.get $at) (global.get $size)))
        (local.set $letter (call $letter (local.get $at)))
        (if (i64.eqz (local.get $letter))
          (then (local.set $inside (i32.const 0)))
          (else
            (if (i32.eqz (local.get $inside))
              (then
                (i32.store offset={STARTS} (i32.shl (global.get $words) (i32.const 2)) (local.get $at))
                (global.set $words (i32.add (global.get $words) (i32.const 1)))
                (local.set $inside (i32.const 1))
                (local.set $within (i32.const 0))
                (local.set $hash (i64.const 0))))
            (local.set $hash
              (i64.add (local.get $hash)
                (i64.mul (local.get $letter)
                  (i64.load offset={POWERS}
                    (i32.shl (call $min (local.get $within) (i32.const {LONGEST_WORD - 1})) (i32.const 3))))))
            (local.set $within (i32.add (local.get $within) (i32.const 1)))
            (i64.store offset={HASHES - 8} (i32.shl (global.get $words) (i32.const 3)) (local.get $hash))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (i32.store offset={STARTS} (i32.shl (global.get $words) (i32.const 2)) (global.get $size)))

  ;; Weigh all windows of a text of more than 64 words; return how many there are.
  (func $windows (result i32)
    (local $number i32) (local $window i32) (local $first i32) (local $last i32) (local $sum i64)
    (local.set $number (i32.add (i32.const 1)
      (i32.shr_u (i32.sub (global.get $words) (i32.const {WINDOW - STRIDE + 1})) (i32.const 4))))
    (call $forget)
    (call $features (i32.const 0) (global.get $words) (call $stop) (i32.const 1))
    (loop $next
      (local.set $sum (i64.add (local.get $sum)
        (i64.load offset={SUMS} (i32.shl (local.get $window) (i32.const 3)))))
      (f64.store offset={POINTS} (i32.shl (local.get $window) (i32.const 3)) (call $points (local.get $sum)))
      (local.set $window (i32.add (local.get $window) (i32.const 1)))
      (br_if $next (i32.lt_s (local.get $window) (local.get $number))))
    (if (i32.gt_s (global.get $size) (i32.const {LETTERS_OF_WINDOW}))
      (then
        (local.set $window (i32.const 0))
        (loop $next
          (local.set $first (i32.shl (local.get $window) (i32.const 4)))
          (local.set $last (call $min (i32.add (local.get $first) (i32.const {WINDOW})) (global.get $words)))
          (if (i32.gt_s
              (i32.sub (call $start (local.get $last)) (call $start (local.get $first)))
              (i32.const {LETTERS_OF_WINDOW - GRAM}))
            (then
              (f64.store offset={POINTS} (i32.shl (local.get $window) (i32.const 3))
                (call $alone (local.get $first) (local.get $last)))))
          (local.set $window (i32.add (local.get $window) (i32.const 1)))
          (br_if $next (i32.lt_s (local.get $window) (local.get $number))))))
    (local.get $number))

  ;; Return what the heaviest window weighs, its first byte and the byte after its last word; -1: no words.
  (func (export "weigh") (param $bytes i32) (param $weights i32) (result f64 i32 i32)
    (local $window i32) (local $number i32) (local $best i32) (local $points f64) (local $most f64)
    (global.set $size (local.get $bytes))
    (global.set $weights (local.get $weights))
    (call $read)
    (if (i32.eqz (global.get $words)) (then (return (f64.const 0) (i32.const -1) (i32.const -1))))
    (global.set $mask (i32.const 1023))
    (loop $wider
      (if (i32.lt_s (global.get $mask)
          (i32.shl (i32.add (local.get $bytes) (i32.shl (global.get $words) (i32.const 1))) (i32.const 1)))
        (then
          (global.set $mask (i32.or (i32.shl (global.get $mask) (i32.const 1)) (i32.const 1)))
          (br $wider))))
    (if (i32.le_s (global.get $words) (i32.const {WINDOW}))
      (then (local.set $most (call $alone (i32.const 0) (global.get $words))))
      (else
        (local.set $number (call $windows))
        (local.set $most (f64.load (i32.const {POINTS})))
        (loop $next
          (local.set $points (f64.load offset={POINTS} (i32.shl (local.get $window) (i32.const 3))))
          (if (f64.gt (local.get $points) (local.get $most))
            (then
              (local.set $most (local.get $points))
              (local.set $best (local.get $window))))
          (local.set $window (i32.add (local.get $window) (i32.const 1)))
          (br_if $next (i32.lt_s (local.get $window) (local.get $number))))))
    (global.set $best (i32.shl (local.get $best) (i32.const 4)))
    (local.get $most) (call $start (global.get $best))
    (call $end (i32.sub (call $last) (i32.const 1))))

  ;; The word after the heaviest window.
  (func $last (result i32)
    (call $min (i32.add (global.get $best) (i32.const {WINDOW})) (global.get $words)))

  ;; The byte after a word.
  (func $end (param $word i32) (result i32)
    (local $at i32)
    (local.set $at (call $start (local.get $word)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_s (local.get $at) (global.get $size)))
        (br_if $done (i64.eqz (call $letter (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (local.get $at))

  ;; List one number more.
  (func $put (param $at i32) (param $value i32) (result i32)
    (i32.store offset={LISTED} (local.get $at) (local.get $value))
    (i32.add (local.get $at) (i32.const 4)))

  ;; List of each word of the heaviest window its first byte and the byte after it, the buckets of itself and
  ;; of it and its next, and of how many letters, and theirs; return how many bytes that is.
  (func (export "list") (result i32)
    (local $word i32) (local $to i32) (local $at i32) (local $end i32)
    (local.set $word (global.get $best))
    (loop $next
      (local.set $to (call $put (local.get $to) (call $start (local.get $word))))
      (local.set $to (call $put (local.get $to) (call $end (local.get $word))))
      (local.set $to (call $put (local.get $to) (call $bucket (call $word (local.get $word)))))
      (local.set $to (call $put (local.get $to)
        (if (result i32) (i32.lt_s (i32.add (local.get $word) (i32.const 1)) (global.get $words))
          (then (call $bucket (call $pair (local.get $word))))
          (else (i32.const {NO_PAIR})))))
      (local.set $at (i32.const 0))
      (if (local.get $word) (then (local.set $at (call $start (local.get $word)))))
      (local.set $word (i32.add (local.get $word) (i32.const 1)))
      (local.set $end (call $min (call $start (local.get $word)) (call $stop)))
      (if (i32.lt_s (local.get $end) (local.get $at)) (then (local.set $end (local.get $at))))
      (local.set $to (call $put (local.get $to) (i32.sub (local.get $end) (local.get $at))))
      (block $done
        (loop $letters
          (br_if $done (i32.ge_s (local.get $at) (local.get $end)))
          (local.set $to (call $put (local.get $to) (call $bucket (call $gram (local.get $at)))))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $letters)))
      (br_if $next (i32.lt_s (local.get $word) (call $last))))
    (local.get $to))
)
"""
