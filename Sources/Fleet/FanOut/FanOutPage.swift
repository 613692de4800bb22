import Registry

/// The part of a fan-out that a batch works on. Once the batch is settled, the fan-out continues after this page.
struct FanOutPage {
    /// The account or contact that changed.
    var entity: RecordStore.Place
    /// Where the fan-out was when the page was read.
    var position: FanOuts.Position
    /// The page's last referrer; nil if no more follow.
    var last: [UInt8]?
    /// The lease under which the page was read; nil for a fan-out within the turn of the change.
    var lease: SweepStore.Lease?
}
