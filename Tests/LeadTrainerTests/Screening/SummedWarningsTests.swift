import LeadModel
import LeadTrainer
import Testing

@Suite("Warnings of a training, as a person reads them")
struct SummedWarningsTests {
    @Test("many attributes that are left out for one reason share a sentence; leaks never do")
    func summed() {
        let constant = (0..<86).map {
            TrainingWarning(kind: .constant, attribute: "c\($0)", description: "c\($0) is left out")
        }
        let leaks = (0..<6).map {
            TrainingWarning(kind: .suspectedLeak, attribute: "l\($0)", description: "l\($0) leaks")
        }
        let sentences = (Array(leaks.prefix(1)) + constant + Array(leaks.dropFirst())).sentences(.lead)
        #expect(sentences.count == 7 && sentences.first == "l0 leaks" && sentences.last == "l5 leaks")
        #expect(sentences[1].hasPrefix("86 attributes are left out because they are the same for nearly all leads"))
        #expect(sentences[1].hasSuffix(": c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 and 76 more"))
        #expect(Array(constant.prefix(5)).sentences(.lead) == constant.prefix(5).map(\.description))
    }
}
