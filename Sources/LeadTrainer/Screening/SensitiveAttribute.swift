import Foundation
import LeadModel

/// What the law protects most (the special categories of the GDPR's article 9, and what equal-treatment acts name), as the
/// name of an attribute says it in English, German, French, Spanish, Italian, Dutch, Portuguese or Polish. Values are not
/// looked at.
///
/// A name is compared word by word, without accents. Single words count anywhere in it, phrases as words in a row. "Age" and
/// "health" also mean other things, so all other words of their names must be about a person: "Age Group" and "Customer
/// Age" are somebody's age; "Lead Age", "Company Age" and "Account Health Score" are not.
enum SensitiveAttribute: String, CaseIterable {
    case sex, age
    case maritalStatus = "marital status"
    case religion, health, origin
    case sexualOrientation = "sexual orientation"
    case politicalOpinion = "political opinion"
    case tradeUnion = "trade union"

    /// Nil if the name says nothing of the kind.
    init?(nameOfAttribute name: String) {
        let words = name.nameWords.map(Self.plain)
        guard let kind = Self.allCases.first(where: { $0.isMeant(by: words) }) else { return nil }
        self = kind
    }

    private func isMeant(by words: [String]) -> Bool {
        let terms = Self.terms[self] ?? Terms()
        if words.contains(where: terms.words.contains) { return true }
        if terms.phrases.contains(where: { words.contains($0) }) { return true }
        let rest = words.filter { !terms.ambiguous.contains($0) }
        let others = self == .health ? Self.ofHealth : Self.ofPersons
        return rest.count < words.count && rest.allSatisfy(others.contains)
    }

    /// Lower-case, without accents; but "età" is no ETA.
    private static func plain(_ word: String) -> String {
        guard word != "età" else { return word }
        let letters = word.decomposedStringWithCanonicalMapping.unicodeScalars.filter {
            $0.properties.generalCategory != .nonspacingMark
        }
        return String(String.UnicodeScalarView(letters)).lowercased().replacing("ł", with: "l").replacing(
            "ß", with: "ss")
    }

    private struct Terms {
        /// Each alone says it,
        var words: Set<String> = []
        /// or some in a row,
        var phrases: [[String]] = []
        /// or one of these among words about a person.
        var ambiguous: Set<String> = []

        /// - Parameters:
        ///   - words: separated by blanks.
        ///   - phrases: separated by commas.
        init(_ words: String = "", phrases: String = "", ambiguous: String = "") {
            self.words = Set(words.split(separator: " ").map { plain(String($0)) })
            self.ambiguous = Set(ambiguous.split(separator: " ").map { plain(String($0)) })
            self.phrases = phrases.split(separator: ",").map {
                $0.split(separator: " ").map { plain(String($0)) }
            }
        }
    }

    private static let terms: [Self: Terms] = [
        .sex: Terms(
            "sex gender geschlecht sexe sexo genero género sesso genere geslacht płeć anrede salutation civilité "
                + "pronouns transgender"),
        .age: Terms(
            "dob birthday birthdate birthyear geburtsdatum geburtstag geburtsjahr lebensalter altersgruppe naissance "
                + "nacimiento nascita geboortedatum geboortejaar nascimento urodzenia leeftijdsgroep "
                + "kundenalter",
            phrases: "date of birth,year of birth,birth date,birth year,birth day,month of birth",
            ambiguous: "age alter âge età edad idade leeftijd wiek"),
        .maritalStatus: Terms(
            "marital married familienstand zivilstand verheiratet matrimoniale matrimonial divorced geschieden "
                + "burgerlijkestaat",
            phrases: "civil status,marriage status,état civil,situation familiale,estado civil,stato civile,"
                + "burgerlijke staat,stan cywilny"),
        .religion: Terms(
            "religion religious religiosity konfession konfessionszugehörigkeit religionszugehörigkeit religión "
                + "religione religie geloof religião religia wyznanie glaube"),
        .health: Terms(
            "disability disabilities disabled pregnant pregnancy illness disease diagnosis krankheit behinderung "
                + "schwerbehinderung schwerbehindert gesundheitszustand maladie handicapé discapacidad enfermedad "
                + "disabilità malattia ziekte handicap deficiência doença zdrowie niepełnosprawność choroba "
                + "schwangerschaft bmi",
            phrases: "medical condition,medical history,état de santé,estado de salud,stato di salute,estado de saúde",
            ambiguous: "health gesundheit santé salud salute gezondheid saúde"),
        .origin: Terms(
            "ethnicity ethnic nationality citizenship birthplace ethnie herkunftsland nationalität staatsangehörigkeit "
                + "staatsbürgerschaft migrationshintergrund geburtsland geburtsort nationalité citoyenneté nacionalidad "
                + "etnia raza nazionalità cittadinanza nationaliteit etniciteit nacionalidade raça narodowość "
                + "obywatelstwo etniczne",
            phrases: "country of birth,place of birth,birth country,racial origin,ethnische herkunft,origine ethnique,"
                + "origen étnico,origine etnica,etnische afkomst,origem étnica,pochodzenie etniczne,skin color,skin colour",
            ambiguous: "race"),
        .sexualOrientation: Terms(
            "sexuality sexualität homosexual lgbt lgbtq",
            phrases: "sexual orientation,sexuelle orientierung,orientation sexuelle,orientación sexual,"
                + "orientamento sessuale,seksuele geaardheid,orientação sexual,orientacja seksualna"),
        .politicalOpinion: Terms(
            "political parteizugehörigkeit parteimitgliedschaft",
            phrases: "politics,party affiliation,politische meinung,politische einstellung,politische ansichten,"
                + "opinion politique,opinions politiques,opinión política,afiliación política,opinione politica,"
                + "orientamento politico,politieke voorkeur,opinião política,poglądy polityczne"),
        .tradeUnion: Terms(
            "gewerkschaft gewerkschaftsmitglied gewerkschaftszugehörigkeit syndicat sindicato sindacato vakbond "
                + "vakbondslidmaatschap",
            phrases: "trade union,labor union,labour union,union member,union membership,związek zawodowy,"
                + "afiliación sindical,affiliation syndicale"),
    ]

    /// What may stand next to a word that alone could be about anything.
    private static let ofPersons = words(
        "group range band bracket class category years year yrs in of at the your my person persons personal people "
            + "customer client contact applicant patient member buyer driver insured respondent student employee candidate "
            + "user guest owner gruppe jahre person kunde kunden des der ans tranche d du anos años cliente del de do da "
            + "persona pessoa rango faixa fascia anni klant jaar van klienta lata lat")
    /// A customer's health is mostly that of the business with them.
    private static let ofHealth = words(
        "status state condition conditions problem problems issue issues data information mental physical personal person "
            + "your my patient applicant employee insured")

    private static func words(_ text: String) -> Set<String> {
        Set(text.split(separator: " ").map { plain(String($0)) })
    }
}

extension TrainingWarning {
    /// About all sensitive attributes at once.
    static func sensitive(_ names: [String], _ options: TrainingOptions) -> Self? {
        guard !names.isEmpty else { return nil }
        let more = names.count > 10 ? " and \((names.count - 10).grouped) more" : ""
        let (listed, isOne) = (names.prefix(10).joined(separator: ", ") + more, names.count == 1)
        return Self(
            kind: .sensitive, attribute: nil,
            description: options.barsSensitive
                ? "\(listed) \(isOne ? "is" : "are") left out as sensitive"
                : "\(listed) \(isOne ? "is" : "are") sensitive by name: if the law or your rules forbid to judge "
                    + "people by \(isOne ? "it" : "them"), exclude or bar \(isOne ? "it" : "them")")
    }
}
