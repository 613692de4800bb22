/// One turn: the way of one batch of records from the queues to the score topics.
///
/// Steps marked I/O talk to a server; the others compute. A turn does not wait for the broker's confirms: up to four full
/// batches are in flight while the next turn runs, and each turn settles those whose confirms have arrived.
///
/// A crash at any point is harmless. Until `settle` the broker delivers the work again; merging it again changes nothing,
/// so nothing is scored or counted twice. Results that may have been published before are published again, under the
/// same ids.
extension Lane {
    func turn() throws {
        let batch = try gather()  //                 I/O: take deliveries, read them, group their events by record
        var (open, output) = (batch.work, TurnOutput(refused: batch.refused))
        while !open.isEmpty {
            let loaded = try load(open, &output)  // I/O: read the stored records
            let merged = merge(loaded, &output)  //       merge the events into them
            let joined = try join(merged)  //        I/O: read the accounts and contacts that they reference
            let chosen = try choose(joined)  //           choose the published model for each
            let decided = decide(chosen)  //              decide what is due: a score, a notice, a fan-out
            let scored = score(decided)  //               score what is due
            let committed = try commit(scored, &output)  //   I/O: store by compare-and-set
            open = try fanOut(committed, &output)  //I/O: what another lane overtook, and referrers of what changed
        }
        try publish(output, of: batch)  //           I/O: send results and refusals
        try settle()  //                             I/O: acknowledge what the broker has confirmed
    }
}
