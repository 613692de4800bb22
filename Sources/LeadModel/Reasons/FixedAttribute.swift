/// Attributes that nobody can change to win a record: who a person or company is, where it is, and where it came from.
/// They are recognized by the words of their names, in English, German, French, Spanish, Dutch and Italian.
public enum FixedAttribute {
    public static func isFixed(_ name: String) -> Bool {
        let words = AttributeTitle(name).text.lowercased().split(whereSeparator: { !$0.isLetter }).map(String.init)
        return words.contains { word in
            Self.words.contains(word) || (word.hasSuffix("s") && Self.words.contains(String(word.dropLast())))
                || parts.contains { word.hasPrefix($0) || word.hasSuffix($0) }
        }
    }

    /// Whole words, which match in the plural with s too.
    private static let words: Set<String> = Set(
        """
        age birth birthday birthdate born gender sex male female nationality ethnicity race religion marital education
        degree occupation profession job role seniority title salutation language dependent children income
        country state region province county city town district zip postcode postal territory continent location
        address latitude longitude timezone geography nation area
        company industry sector branch vertical naics sic employee employer headcount staff workforce revenue turnover
        size founded founding incorporated ownership
        source origin referrer referer utm campaign past previous prior initial original
        alter geburt geburtstag geburtsdatum geschlecht familienstand beruf ausbildung anrede sprache einkommen land
        staat bundesland stadt ort plz postleitzahl wohnort standort branche firma mitarbeiter umsatz herkunft quelle
        âge naissance sexe profession métier pays région ville secteur entreprise effectif taille origine
        edad nacimiento sexo género profesión país región provincia ciudad sector empresa empleado ingreso tamaño origen
        leeftijd geboortedatum geslacht beroep regio stad bedrijf werknemer omzet grootte herkomst
        età nascita sesso professione paese regione città settore azienda dipendente fatturato dimensione
        """.split(whereSeparator: \.isWhitespace).map(String.init))

    /// Beginnings and ends of compounds: "Mitarbeiterzahl", "Firmengröße".
    private static let parts = [
        "mitarbeiter", "unternehmens", "firmen", "geburts", "größe", "groesse", "grösse", "bedrijfs", "geboorte",
    ]
}

extension Scorecard {
    /// The attributes that nobody can change: those that the training named, else those whose names say so.
    public var fixedAttributes: [String] {
        fixed ?? attributes.map(\.name).filter(FixedAttribute.isFixed)
    }

    /// The same scorecard, which names the attributes that nobody can change.
    ///
    /// Those that the scorecard doesn't read are left out.
    ///
    /// - Parameters:
    ///   - given: by the admin, besides those whose names say so,
    ///   - changeable: of which these can be changed nevertheless.
    public func fixing(_ given: [String], except changeable: [String] = []) -> Scorecard {
        let (given, changeable) = (Set(given.map { Exact($0) }), Set(changeable.map { Exact($0) }))
        let names = attributes.map(\.name).filter {
            (FixedAttribute.isFixed($0) && !changeable.contains(Exact($0))) || given.contains(Exact($0))
        }
        var card = self
        card.fixed = names.isEmpty && changeable.isEmpty ? nil : names
        return card
    }
}
