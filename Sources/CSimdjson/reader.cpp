#include "CSimdjson.h"

#include <cstring>
#include <new>
#include <random>
#include <vector>

#include <simdjson.h>

namespace {

constexpr size_t most_capacity = size_t(32) << 20;

struct Slot {
    uint32_t generation;
    uint32_t hash;
    uint32_t key;
};

struct Text {
    const uint8_t *bytes;
    uint32_t count;
};

inline char kind(uint64_t word) { return char(word >> 56); }

inline uint64_t mixed(uint64_t a, uint64_t b) {
    unsigned __int128 product = (unsigned __int128)(a) * b;
    return uint64_t(product) ^ uint64_t(product >> 64);
}

}  // namespace

struct json_reader {
    simdjson::dom::parser parser;
    // Keys are hashed under a seed of this reader's own, so that no body can be made to collide.
    uint64_t seed;
    std::vector<Slot> slots;
    uint32_t generation = 0;

    explicit json_reader(size_t most_bytes) : parser(most_bytes), slots(64) {
        std::random_device device;
        seed = (uint64_t(device()) << 32) ^ device();
    }

    Text text(uint64_t word) const {
        const uint8_t *at = parser.doc.string_buf.get() + (word & ((uint64_t(1) << 56) - 1));
        uint32_t count;
        std::memcpy(&count, at, sizeof count);
        return {at + sizeof count, count};
    }

    uint32_t hash(Text text) const {
        constexpr uint64_t factor = 0x9e3779b97f4a7c15;
        uint64_t value = seed ^ text.count;
        for (uint32_t at = 0; at < text.count; at += 8) {
            uint64_t word = 0;
            std::memcpy(&word, text.bytes + at, text.count - at < 8 ? text.count - at : 8);
            value = mixed(value ^ word, factor);
        }
        return uint32_t(mixed(value, factor));
    }

    // The second of two equal keys directly in the object at `object`, or 0.
    size_t duplicate_in(size_t object) {
        const uint64_t *tape = parser.doc.tape.get();
        const size_t end = uint32_t(tape[object]) - 1;
        const size_t members = (tape[object] >> 32) & 0xFFFFFF;
        if (members < 2) return 0;
        size_t size = slots.size();
        while (size < members * 2) size *= 2;
        if (size > slots.size() || ++generation == 0) {
            slots.assign(size, Slot{0, 0, 0});
            generation = 1;
        }
        for (size_t at = object + 1; at < end; at = after(tape, at + 1)) {
            const Text key = text(tape[at]);
            const uint32_t hashed = hash(key);
            size_t place = hashed & (slots.size() - 1);
            while (slots[place].generation == generation) {
                if (slots[place].hash == hashed) {
                    const Text other = text(tape[slots[place].key]);
                    if (other.count == key.count && std::memcmp(other.bytes, key.bytes, key.count) == 0) return at;
                }
                place = (place + 1) & (slots.size() - 1);
            }
            slots[place] = {generation, hashed, uint32_t(at)};
        }
        return 0;
    }

    static size_t after(const uint64_t *tape, size_t at) {
        switch (kind(tape[at])) {
            case '{':
            case '[':
                return uint32_t(tape[at]);
            case 'l':
            case 'u':
            case 'd':
                return at + 2;
            default:
                return at + 1;
        }
    }
};

json_reader *json_reader_new(size_t most_bytes, size_t most_depth) {
    auto *reader = new (std::nothrow) json_reader(most_bytes < most_capacity ? most_bytes : most_capacity);
    if (reader && reader->parser.allocate(simdjson::dom::MINIMAL_DOCUMENT_CAPACITY, most_depth)) {
        delete reader;
        return nullptr;
    }
    return reader;
}

void json_reader_free(json_reader *reader) { delete reader; }

json_fault json_reader_parse(json_reader *reader, const uint8_t *bytes, size_t count) {
    static const uint8_t nothing = 0;
    switch (reader->parser.parse(bytes ? bytes : &nothing, count).error()) {
        case simdjson::SUCCESS:
            return json_fault_none;
        case simdjson::UTF8_ERROR:
            return json_fault_utf8;
        case simdjson::NUMBER_ERROR:
        case simdjson::NUMBER_OUT_OF_RANGE:
            return json_fault_number;
        case simdjson::DEPTH_ERROR:
            return json_fault_depth;
        case simdjson::CAPACITY:
            return json_fault_size;
        case simdjson::MEMALLOC:
            return json_fault_memory;
        default:
            return json_fault_grammar;
    }
}

const uint64_t *json_reader_tape(const json_reader *reader) { return reader->parser.doc.tape.get(); }

const uint8_t *json_reader_strings(const json_reader *reader) { return reader->parser.doc.string_buf.get(); }

size_t json_reader_duplicate(json_reader *reader, size_t index) {
    const uint64_t *tape = reader->parser.doc.tape.get();
    const size_t end = json_reader::after(tape, index);
    for (size_t at = index; at < end;) {
        const char what = kind(tape[at]);
        if (what == '{') {
            if (const size_t second = reader->duplicate_in(at)) return second;
        }
        at += what == 'l' || what == 'u' || what == 'd' ? 2 : 1;
    }
    return 0;
}
