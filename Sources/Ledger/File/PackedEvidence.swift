import Foundation
import LeadModel

/// Evidence as it is kept: each word in base 128, the low seven bits first, the eighth set where more follow. Most bins
/// take a byte.
enum PackedEvidence {
    static func pack(_ evidence: Evidence) -> Data {
        var bytes = Data(capacity: evidence.bins.count + 4)
        for bin in evidence.bins {
            var rest = bin
            while rest >= 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
        }
        return bytes
    }

    static func unpack(_ bytes: Data) -> Evidence {
        var bins: [UInt16] = []
        bins.reserveCapacity(bytes.count)
        var (word, shift): (UInt32, UInt32) = (0, 0)
        for byte in bytes {
            word |= UInt32(byte & 0x7F) << shift
            if byte & 0x80 != 0 {
                shift = min(shift + 7, 14)
            } else {
                bins.append(UInt16(truncatingIfNeeded: word))
                (word, shift) = (0, 0)
            }
        }
        return Evidence(bins: bins)
    }
}
