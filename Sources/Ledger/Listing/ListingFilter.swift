import LeadModel

/// A condition on the open records that a listing shows.
///
/// To add one, add a case: the compiler then names every place that must know it.
public enum ListingFilter: Hashable, Sendable {
    /// Compared without case and diacritics; an empty name stands for records without an owner.
    case owner(String)
    case grade(Grade)
    case trend(Trend)
    /// Scored by a model, or by one version of it.
    case model(String, version: Int?)
    /// Days of 24 hours since the creation. A record of unknown creation has no age.
    case age(atLeast: Int?, atMost: Int?)
    /// Each word of the text begins a word of the name, the owner or the id.
    case text(String)
    case unscored
}
