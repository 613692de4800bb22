/// Elements in the order of their arrival, removed from the front in constant time.
struct FIFO<Element> {
    private var elements: [Element?] = []
    private var first = 0

    var isEmpty: Bool { first == elements.count }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard first < elements.count else { return nil }
        let element = elements[first]
        elements[first] = nil
        first += 1
        if first == elements.count {
            elements.removeAll(keepingCapacity: true)
            first = 0
        }
        return element
    }

    mutating func removeAll(where unwanted: (Element) -> Bool) {
        elements = elements[first...].filter { $0.map { !unwanted($0) } ?? false }
        first = 0
    }
}
