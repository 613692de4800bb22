#pragma once

// A small C interface to simdjson's DOM (Debian: 3.0.1): one reused parser, and its tape, which callers read in place.
//
// The tape is simdjson's own format (its doc/tape.md), described here because the Swift side reads it:
//
//   word >> 56          what it is: 'r' root, '{' '}' '[' ']', '"' string, 'l' int64, 'u' uint64, 'd' double,
//                       't' true, 'f' false, 'n' null
//   word & (1<<56)-1    '{' and '[': the low 32 bits are the index after the closing word
//                       '"': its offset in the strings, where its length (uint32) is followed by its unescaped bytes
//                       'l' 'u' 'd': nothing; the value is the next word
//
// Word 0 is the root, word 1 the document's value. An object's members are key, value, key, value.
// Tape and strings are valid until the next parse. Nothing here is thread-safe.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

typedef struct json_reader json_reader;

typedef enum json_fault : int32_t {
    json_fault_none = 0,
    /// Not JSON: its grammar, control characters in a string, a lone surrogate, something behind it, nothing at all.
    json_fault_grammar,
    json_fault_utf8,
    /// A number that is none, or beyond 64 bits, or beyond what a double holds.
    json_fault_number,
    json_fault_depth,
    json_fault_size,
    json_fault_memory,
} json_fault;

/// Bodies of at most `most_bytes` (32 MiB at most), nested at most `most_depth` deep. Null if memory is out.
json_reader *_Nullable json_reader_new(size_t most_bytes, size_t most_depth);
void json_reader_free(json_reader *reader);

/// Reads `count` bytes, which are copied: they need no padding and may go at once.
json_fault json_reader_parse(json_reader *reader, const uint8_t *_Nullable bytes, size_t count);

/// Of the last parse, if it had no fault.
const uint64_t *json_reader_tape(const json_reader *reader);
const uint8_t *json_reader_strings(const json_reader *reader);

/// The tape index of a key that stands for the second time in its object, in the value at `index` or anywhere in it;
/// 0 if there is none. simdjson delivers both.
size_t json_reader_duplicate(json_reader *reader, size_t index);

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif
