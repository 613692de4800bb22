import LeadModel

extension OrganizationSettings {
    /// When the daily sweep is due. A time or zone that can't be read, such as a zone that went out of use, counts as the
    /// default.
    public var dailyTime: DailyTime {
        let standard = OrganizationSettings()
        return DailyTime(sweepTime, zone: zone)
            ?? DailyTime(sweepTime, zone: standard.zone)
            ?? DailyTime(standard.sweepTime, zone: standard.zone)!
    }
}
