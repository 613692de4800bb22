import LeadModel
import Testing

/// The turn's protocol over a store in memory: lanes that overtake each other at every step, answers that get lost,
/// lanes that die, sweeps that start, break off and are taken over. The real turn is tried on the real servers; here
/// thousands of histories pass in seconds, by the real merge and the real decision.
@Suite("The turn's protocol")
struct ProtocolTests {
    @Test(
        "lanes that conflict, lose answers or die: nothing is lost, scored twice, left unscored or left unpublished",
        arguments: 0..<4 as Range<UInt64>)
    func histories(part: UInt64) {
        var seen: [String: Int] = [:]
        for seed in part * 1000..<(part + 1) * 1000 {
            let history = ProtocolHistory(seed: seed)
            if let broken = history.broken { Issue.record("seed \(seed): \(broken)") }
            let world = history.world
            for (what, count) in [
                "conflicts": world.conflicts, "lost answers": world.lostAnswers, "deaths": world.deaths,
                "old registries": world.refusedEpochs, "fenced commits": world.fenced, "abandoned": world.abandoned,
                "pages told to many": world.toldMany, "scorings": world.scorings,
                "first openings": world.firstOpenings,
            ] { seen[what, default: 0] += count }
        }
        // Otherwise the histories would test nothing.
        for (what, count) in seen { #expect(count > 5, "\(what)") }
    }

    @Test(
        "each rule of the protocol is needed: without it, a history breaks a promise", arguments: ProtocolRule.noticed
    )
    func without(rule: ProtocolRule) {
        let cover = Set([rule.cover].compactMap(\.self))
        let seed = (0..<20_000 as Range<UInt64>).first { seed in
            ProtocolHistory(seed: seed, without: cover.union([rule])).broken != nil
                && (cover.isEmpty || ProtocolHistory(seed: seed, without: cover).broken == nil)
        }
        #expect(seed != nil, "nothing is noticed without \(rule)")
    }
}
