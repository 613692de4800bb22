import LeadModel

/// Whether texts are the names of people, by their form.
///
/// One text can't show it: "Martin Marietta" is a company, "Santa Clara" a town. So the whole attribute decides, and half
/// of its records and half of its different values must be names: two to four words in capitals, with particles such as
/// "van" and initials between them, of which one is a given name that is common in Europe or the Americas; a title before
/// it may stand, "Smith, Jan" too. No word is one that companies, places or products have in their names. Given names
/// alone count where nine in ten values are.
struct PersonNames {
    private var full = 0
    private var differentFull = 0
    private var given = 0
    private var differentGiven = 0

    mutating func add(_ text: String, _ count: Int) {
        if Self.isFullName(text) { (full, differentFull) = (full + count, differentFull + 1) }
        if Self.givenNames.contains(text.trimmed.lowercased()) {
            (given, differentGiven) = (given + count, differentGiven + 1)
        }
    }

    func areMost(of filled: Int, different: Int) -> Bool {
        if differentFull >= 3, full * 2 >= filled, differentFull * 2 >= different { return true }
        return differentGiven >= 10 && given * 10 >= filled * 9 && differentGiven * 10 >= different * 9
    }

    static func isFullName(_ text: String) -> Bool {
        guard text.utf8.count <= 60, !text.utf8.contains(where: { (48...57).contains($0) }) else { return false }
        var text = text.trimmed
        let parts = text.split(separator: ",")
        if parts.count == 2 { text = "\(parts[1]) \(parts[0])" } else if parts.count > 2 { return false }
        var words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        while let first = words.first, titles.contains(first.lowercased().filter(\.isLetter)) { words.removeFirst() }
        guard (2...5).contains(words.count), words.allSatisfy(isOfName) else { return false }
        let plain = words.map { $0.lowercased() }
        guard !plain.contains(where: otherWords.contains) else { return false }
        let names = plain.filter { !particles.contains($0) && $0.filter(\.isLetter).count > 1 }
        // "anna-lena" is a given name as "anna" is.
        return names.count >= 2
            && names.dropLast().contains { name in
                name.split(separator: "-").contains { givenNames.contains(String($0)) }
            }
    }

    /// "Anna", "O'Neill", "Müller-Lüdenscheidt", "J.", "van".
    private static func isOfName(_ word: String) -> Bool {
        guard let first = word.first, word.allSatisfy({ $0.isLetter || "-'’.".contains($0) }) else { return false }
        return first.isUppercase || particles.contains(word) || word == word.lowercased()
    }

    private static func words(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }

    private static let titles = words(
        "mr mrs ms miss dr prof professor herr frau hr fr m mme mlle monsieur madame sr sra srta señor señora don doña sig "
            + "dott ing dipl dhr mevr mevrouw pan pani")

    private static let particles = words(
        "van von der den de del della di da dos das do la le du zu zur ten ter bin ibn al el y e af av")

    /// What stands in the names of companies, places and products.
    private static let otherWords = words(
        "inc inc. ltd ltd. llc gmbh ag kg co co. corp corp. company group holding holdings sons bros brothers partners "
            + "associates bank hotel hotels school university college hospital clinic church st. saint san santa são new "
            + "street road avenue city county park beach hill lake river north south east west international global "
            + "solutions services systems consulting media digital marketing sales campaign webinar event trade show "
            + "s.a. s.l. srl s.r.l. sarl bv b.v. nv sp. und and & the of for")

    /// Common given names of several languages, those left out that are mostly towns, months or things.
    private static let givenNames = words(
        // English.
        "james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark "
            + "donald steven stephen paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan "
            + "jacob gary nicholas eric jonathan larry justin scott brandon benjamin samuel gregory frank raymond "
            + "patrick jack dennis jerry tyler aaron henry douglas peter adam nathan zachary walter kyle harold carl "
            + "jeremy gerald keith roger arthur terry sean ethan noah alan wayne ralph roy eugene louis philip bobby "
            + "mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty sandra margaret "
            + "ashley kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca laura helen sharon "
            + "cynthia kathleen amy angela shirley anna ruth brenda pamela nicole katherine catherine christine samantha "
            + "debra janet rachel carolyn emma maria heather diane julie joyce joan kelly christina lauren evelyn judith "
            + "megan andrea cheryl hannah jacqueline martha gloria teresa ann sara janice kathryn julia grace judy theresa "
            + "alice olivia sophia sophie lucy chloe oliver harry liam simon ian neil graham stuart craig tom tim jim bob "
            + "bill joe mike dave steve chris matt dan ben sam nick alex tony greg jeff ken ron kate jane claire fiona "
            // German, Dutch, Nordic.
            + "hans jürgen juergen klaus wolfgang dieter uwe bernd günter guenter heinz horst helmut gerhard karl manfred "
            + "stefan andreas jan jens sven lars torsten thorsten markus matthias sebastian tobias florian felix lukas "
            + "jonas leon finn moritz philipp dirk ralf jörg joerg kai ulrich rainer werner ursula monika petra sabine "
            + "renate helga karin brigitte ingrid erika christa gisela susanne birgit heike martina silke anja katrin "
            + "kathrin anke tanja nadine katja lena lea leonie johanna annika jana franziska friederike heidi ute inge "
            + "pieter kees willem johan joost maarten sander bart wouter jeroen ruud anneke marieke femke sanne lotte "
            + "lieke erik anders nils ole björn bjorn magnus olof gustav mikael henrik søren mette ingeborg astrid "
            + "kirsten solveig matti juhani timo jukka antti mika pekka "
            // French.
            + "jean pierre michel andré philippe alain bernard jacques daniel françois christophe nicolas laurent "
            + "frédéric julien thierry olivier sébastien guillaume antoine mathieu maxime hugo gérard yves rené marcel "
            + "marie nathalie isabelle sylvie monique françoise valérie véronique sandrine céline aurélie élodie "
            + "camille chantal brigitte dominique pascal benoît étienne amélie mélanie manon chloé léa "
            // Spanish, Portuguese, Italian.
            + "josé jose maría juan luis carlos antonio manuel francisco jesús javier miguel pedro alejandro rafael fernando "
            + "sergio jorge alberto pablo diego raúl ramón enrique álvaro adrián ignacio andrés ana carmen isabel pilar "
            + "cristina lucía elena rosa beatriz silvia mercedes inés joão joao paulo antónio tiago rui nuno gonçalo "
            + "ricardo rodrigo eduardo gustavo leonardo marcelo fernanda juliana mariana patrícia gabriela inês catarina "
            + "giuseppe giovanni mario luigi francesco vincenzo salvatore domenico giorgio marco andrea luca matteo "
            + "lorenzo alessandro davide stefano simone roberto paolo giulia francesca chiara valentina alessia federica "
            + "giovanna paola silvana "
            // Polish, Czech, Balkan, Russian.
            + "piotr krzysztof andrzej tomasz paweł pawel michał michal marcin jakub stanisław stanislaw grzegorz "
            + "zbigniew łukasz lukasz mateusz wojciech jarosław katarzyna małgorzata malgorzata agnieszka ewa elżbieta "
            + "zofia magdalena joanna jadwiga danuta halina dorota beata jiří jiri petr pavel tomáš jana eva hana lenka "
            + "zuzana miroslav vladimir dmitri sergei sergey alexei aleksandr aleksander ivan nikolai igor oleg olga "
            + "natalia tatiana svetlana irina marko nikola milan zoran goran dragan jelena ivana "
            // Turkish, Arabic, South and East Asian.
            + "mehmet mustafa ahmet ali hüseyin hasan ibrahim murat fatma ayşe emine zeynep elif mohammed muhammad "
            + "mohamed ahmed omar youssef khalid fatima aisha amina raj rahul amit anil sunil sanjay vijay ravi rajesh "
            + "suresh priya pooja anjali neha deepak arjun wei ming hiroshi takashi kenji yuki akira minh nguyen")
}
