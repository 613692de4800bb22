import Contract
import LeadModel
import Registry

extension Lane {
    /// One turn: the way of a batch of records, from the queues to the score topics. Steps marked I/O speak to a server;
    /// the others are arithmetic.
    ///
    /// What the broker has yet to confirm is under way while the next turns go on: each settles the batches, oldest
    /// first, whose confirms have come.
    ///
    /// A crash at any point is harmless: until `settle` the broker gives the work again, merging it again changes
    /// nothing, so nothing is scored or counted twice, and what may have been done before is published once more.
    func turn() throws {
        let batch = try gather()  //                       I/O: take what is waiting, read it, group it by record
        var (open, done) = (batch.work, Done(refused: batch.refused))
        while !open.isEmpty {
            let loaded = try load(open, &done)  //     I/O: the stored records concerned
            let merged = merge(loaded, &done)  //        fold the events into them
            let scored = score(merged)  //                 look up what is due on the published scorecard
            open = try commit(scored, &done)  //           I/O: store; what another lane overtook comes back
        }
        try publish(done, of: batch)  //                   I/O: send results and refusals
        try settle()  //                                   I/O: tell the queues of what is confirmed, and only of that
    }

    /// What is to be published when all of a batch is committed.
    struct Done {
        var outcomes: [Outcome] = []
        var refused: [(origin: Origin, refusal: Refusal)]
        /// Those whose change is told to all that name them, by this turn.
        var told: [FanOutPage] = []
    }
}
