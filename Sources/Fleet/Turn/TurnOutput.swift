import Contract
import LeadModel

/// What a turn publishes once the whole batch is committed.
struct TurnOutput {
    var results: [OutgoingResult] = []
    var refused: [(origin: Origin, refusal: Refusal)]
    /// The fan-outs that this turn completes.
    var fanOuts: [FanOutPage] = []
}
