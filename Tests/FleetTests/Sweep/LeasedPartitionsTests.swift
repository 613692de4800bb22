import LeadModel
import Testing

@testable import Fleet
@testable import Registry

@Suite("The partitions that a lane has leased")
struct LeasedPartitionsTests {
    private let start = ContinuousClock.now

    private func lease(_ number: Int, token: Int64 = 1) -> SweepStore.Lease {
        SweepStore.Lease(
            partition: Partition(organization: "o", kind: .lead, number: number), token: token, sweep: 1, scores: true,
            targets: [], filling: nil, isExpiring: false, hasFanOuts: false, abandoned: [])
    }

    @Test("another can be leased while the last results of one are in flight; each is released once it is settled")
    func draining() {
        var leased = LeasedPartitions()
        for number in 0..<2 {
            #expect(leased.canTakeAnother)
            leased.add(lease(number), at: start)
            #expect(!leased.canTakeAnother)
            leased.handle(.fetched(["a", "b"], hasMore: false), of: lease(number))
            #expect(leased.hasWork)
            _ = leased.handle(.batchBegan(room: 2))
        }
        #expect(leased.inFlight == 4 && leased.canTakeAnother && leased.isWaiting && leased.removeDone() == nil)
        leased.handle(.settled(2), of: lease(1))
        #expect(!leased.isWaiting)
        let done = leased.removeDone()
        #expect(done?.lease.partition.number == 1 && done?.isReleased == true && leased.inFlight == 2)
        leased.handle(.fenced, of: lease(0))
        #expect(leased.removeDone()?.isReleased == false, "the lease is another lane's")
        #expect(leased.isEmpty)
    }

    @Test("an event under a former lease changes nothing")
    func formerLease() {
        var leased = LeasedPartitions()
        leased.add(lease(0, token: 2), at: start)
        leased.handle(.fenced, of: lease(0, token: 1))
        #expect(leased.isLeased(lease(0, token: 2)) && !leased.isLeased(lease(0, token: 1)))
        #expect(!leased.canTakeAnother)
    }

    @Test("a lease is renewed after three seconds, but never if another lane has taken it")
    func renewal() {
        var leased = LeasedPartitions()
        leased.add(lease(0), at: start)
        #expect(leased.leasesToRenew(at: start + .seconds(3)).isEmpty)
        #expect(leased.leasesToRenew(at: start + .seconds(4)).count == 1)
        leased.noteRenewal(of: lease(0), at: start + .seconds(4))
        #expect(leased.leasesToRenew(at: start + .seconds(6)).isEmpty)
        leased.handle(.fenced, of: lease(0))
        #expect(leased.leasesToRenew(at: start + .seconds(60)).isEmpty)
    }
}
