import Contract
import LeadModel
import Views

/// Why a record has no score: a sentence, which is in the JSON too.
struct UnscoredText: Encodable {
    let id: String
    @OrNull private(set) var score: Int?
    let why: String
    @OrNull private(set) var adjusted: AdjustedValues?

    init(_ view: UnscoredView, _ target: Target) {
        (id, score, adjusted) = (view.id.text, nil, view.adjusted)
        why =
            switch view.reason {
            case .erased: "it was erased"
            case .deleted: "it was deleted"
            case .patchesOnly: "only patches are stored; they wait for a snapshot"
            case .closed: "it is closed (\(view.status.rawValue)), and only open records are scored"
            case .nothingPublished:
                "no model is published; to train one: `leadline train FILE --name NAME --publish\(target.flags)`"
            case .noModelForIt:
                "no published model is for it: "
                    + view.obstacles.map { "\($0.model) needs \($0.conditions.joined(separator: ", or "))" }
                    .joined(separator: "; ")
            case .lostModel:
                "the model that scored it was deleted; it waits for the daily sweep, or `leadline sweep run`"
            case .cameUnpublished:
                "no model was published when it came or was reopened; it waits for the daily sweep, or `leadline sweep run`"
            case .waitsForSweep:
                "it waits for the daily sweep, or `leadline sweep run`; a `created` or `imported` event scores it at once"
            }
    }
}
