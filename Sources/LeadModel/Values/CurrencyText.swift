/// Currency signs and codes before or after a number: "$", "R$", "EUR", "kr", "zł".
enum CurrencyText {
    /// ISO 4217, the codes of today's currencies.
    private static let codes: Set<String> = Set(
        """
        AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP \
        CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF \
        IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK \
        MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR \
        SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND \
        VUV WST XAF XCD XOF XPF YER ZAR ZMW
        """.split(separator: " ").map { $0.lowercased() })
    private static let words: Set<String> = [
        "kr", "kr.", "kč", "zł", "ft", "lei", "rs", "rs.", "руб", "руб.", "р.", "грн", "fr.", "sfr.", "euro", "tl",
    ]
    /// Before a sign: US$, R$, NZ$.
    private static let signPrefixes: Set<String> = [
        "us", "r", "a", "au", "c", "ca", "hk", "nz", "s", "sg", "mx", "nt", "rd", "cl", "ar",
    ]

    /// - Parameter text: what stands before or after the digits, without blanks around it.
    static func isCurrency(_ text: String) -> Bool {
        guard let last = text.unicodeScalars.last, text.utf8.count <= 12 else { return false }
        let word = text.lowercased()
        if last.properties.generalCategory == .currencySymbol {
            return text.unicodeScalars.count == 1 || signPrefixes.contains(String(word.dropLast()))
        }
        return codes.contains(word) || words.contains(word)
    }
}
