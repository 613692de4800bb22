/// The domain of an e-mail address: whose is it, a company's or a provider's that gives addresses to anybody?
struct EmailDomain {
    /// In small letters.
    let text: String

    /// Nil if the text is no address that mail could reach: one `@` with something before it, and after it a domain
    /// of at least two labels that is not one of those which the standards reserve (RFC 2606) or placeholders use.
    /// `Ann Example <ann@example.org>` is read as the address between the brackets.
    init?(ofAddress text: String) {
        var address = text.trimmed[...]
        if address.last == ">", let open = address.lastIndex(of: "<") {
            address = address[address.index(after: open)...].dropLast()
        }
        guard address.utf8.count <= 254, let at = address.lastIndex(of: "@") else { return nil }
        let local = address[..<at].utf8
        let isBad: (UInt8) -> Bool = { $0 <= 32 || $0 == 0x7F || $0 == UInt8(ascii: "@") }
        guard !local.isEmpty, local.count <= 64, !local.contains(where: isBad) else { return nil }
        let domain = address[address.index(after: at)...].lowercased()
        let labels = domain.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count >= 2, labels.allSatisfy(Self.isLabel), let top = labels.last, top.count >= 2,
            !top.allSatisfy({ (48...57).contains($0) }), !Self.reserved.contains(String(top) ?? ""),
            !Self.placeholders.contains(domain)
        else { return nil }
        self.text = domain
    }

    private static func isLabel(_ label: Substring.UTF8View) -> Bool {
        guard let first = label.first, let last = label.last, label.count <= 63 else { return false }
        let hyphen = UInt8(ascii: "-")
        return first != hyphen && last != hyphen
            && label.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == hyphen || $0 >= 0x80 }
    }

    private static let reserved: Set<String> = ["test", "example", "invalid", "localhost", "local", "lan"]

    private static let placeholders: Set<String> = [
        "example.com", "example.net", "example.org", "test.com", "none.com", "noemail.com", "no-email.com",
        "nomail.com", "na.com", "asdf.com", "xxx.com", "domain.com",
    ]

    /// Whether a provider of addresses for anybody owns it: one of the list, or a national domain of a world-wide one
    /// (`yahoo.co.uk`, `hotmail.fr`), throw-away addresses included.
    var isFree: Bool {
        if Self.providers.contains(text) { return true }
        let labels = text.split(separator: ".")
        guard labels.count <= 3, let first = labels.first, Self.worldWide.contains(String(first)) else { return false }
        return labels.count == 2 || ["co", "com", "net", "org", "ne", "or"].contains(labels[1])
    }

    private static let worldWide: Set<String> = [
        "yahoo", "ymail", "hotmail", "outlook", "live", "msn", "gmx", "googlemail", "aol", "yandex", "rocketmail",
        "protonmail",
    ]

    private static let providers: Set<String> = [
        // World-wide.
        "gmail.com", "icloud.com", "me.com", "mac.com", "aim.com", "mail.com", "email.com", "usa.com", "post.com",
        "proton.me", "pm.me", "tutanota.com", "tutanota.de", "tuta.com", "tuta.io", "tutamail.com", "keemail.me",
        "zoho.com", "zohomail.com", "zohomail.eu", "zohomail.in", "fastmail.com", "fastmail.fm", "hushmail.com",
        "hey.com", "inbox.com", "lycos.com", "excite.com", "rediffmail.com", "rediff.com", "mailfence.com",
        "startmail.com", "runbox.com", "duck.com", "passport.com", "windowslive.com", "safe-mail.net", "disroot.org",
        "riseup.net", "gmx.us", "consultant.com", "engineer.com", "europe.com", "asia.com", "dr.com", "myself.com",
        // German-speaking.
        "web.de", "gmx.de", "t-online.de", "freenet.de", "arcor.de", "posteo.de", "mailbox.org", "online.de",
        "vodafone.de", "kabelmail.de", "email.de", "mail.de", "bluewin.ch", "hispeed.ch", "sunrise.ch", "aon.at",
        "chello.at", "a1.net", "magenta.de", "versanet.de", "unitybox.de", "vodafonemail.de",
        // France, Belgium, the Netherlands.
        "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "laposte.net", "neuf.fr", "bbox.fr", "club-internet.fr",
        "numericable.fr", "aliceadsl.fr", "voila.fr", "skynet.be", "telenet.be", "proximus.be", "scarlet.be",
        "ziggo.nl", "kpnmail.nl", "planet.nl", "xs4all.nl", "home.nl", "hetnet.nl", "upcmail.nl", "casema.nl",
        "quicknet.nl", "chello.nl",
        // Italy, Spain, Portugal, Greece.
        "libero.it", "virgilio.it", "tiscali.it", "alice.it", "tin.it", "fastwebnet.it", "inwind.it", "iol.it",
        "email.it", "poste.it", "aruba.it", "telefonica.net", "terra.es", "movistar.es", "ono.com", "wanadoo.es",
        "sapo.pt", "mail.pt", "clix.pt", "netcabo.pt", "iol.pt", "otenet.gr", "forthnet.gr", "mail.gr",
        // United Kingdom, Ireland, the Nordic countries.
        "btinternet.com", "sky.com", "virginmedia.com", "talktalk.net", "ntlworld.com", "blueyonder.co.uk",
        "tiscali.co.uk", "plusnet.com", "btopenworld.com", "o2.co.uk", "eircom.net", "telia.com", "comhem.se",
        "spray.se", "bredband.net", "tele2.se", "online.no", "frisurf.no", "broadpark.no", "getmail.no", "mail.dk",
        "stofanet.dk", "jubii.dk", "tdcadsl.dk", "post.dk", "luukku.com", "kolumbus.fi", "suomi24.fi", "elisanet.fi",
        // Central and Eastern Europe, Turkey.
        "mail.ru", "bk.ru", "inbox.ru", "list.ru", "internet.ru", "ya.ru", "rambler.ru", "lenta.ru", "ukr.net",
        "i.ua", "meta.ua", "bigmir.net", "tut.by", "wp.pl", "o2.pl", "onet.pl", "onet.eu", "op.pl", "interia.pl",
        "interia.eu", "gazeta.pl", "poczta.onet.pl", "poczta.fm", "tlen.pl", "vp.pl", "seznam.cz", "email.cz",
        "centrum.cz", "post.cz", "atlas.cz", "volny.cz", "azet.sk", "centrum.sk", "zoznam.sk", "post.sk",
        "freemail.hu", "citromail.hu", "t-online.hu", "indamail.hu", "abv.bg", "mail.bg", "dir.bg", "inbox.lv",
        "inbox.lt", "mail.ee", "hot.ee", "net.hr", "siol.net", "mynet.com", "superonline.com", "ttmail.com",
        // North America.
        "comcast.net", "verizon.net", "att.net", "sbcglobal.net", "bellsouth.net", "cox.net", "charter.net",
        "earthlink.net", "juno.com", "netzero.net", "optonline.net", "frontier.com", "frontiernet.net",
        "windstream.net", "roadrunner.com", "rr.com", "twc.com", "pacbell.net", "ameritech.net", "centurylink.net",
        "q.com", "shaw.ca", "rogers.com", "sympatico.ca", "bell.net", "telus.net", "videotron.ca", "cogeco.ca",
        // Latin America.
        "uol.com.br", "bol.com.br", "terra.com.br", "ig.com.br", "globo.com", "globomail.com", "r7.com", "oi.com.br",
        "zipmail.com.br", "prodigy.net.mx", "infinitummail.com", "fibertel.com.ar", "arnet.com.ar", "speedy.com.ar",
        "ciudad.com.ar", "vtr.net", "adinet.com.uy", "une.net.co", "cantv.net",
        // Asia, Australia, Africa.
        "qq.com", "foxmail.com", "163.com", "126.com", "yeah.net", "vip.163.com", "vip.qq.com", "sina.com", "sina.cn",
        "sohu.com", "tom.com", "21cn.com", "139.com", "189.cn", "aliyun.com", "wo.cn", "naver.com", "hanmail.net",
        "daum.net", "nate.com", "kakao.com", "docomo.ne.jp", "ezweb.ne.jp", "au.com", "softbank.ne.jp", "i.softbank.jp",
        "nifty.com", "biglobe.ne.jp", "ocn.ne.jp", "so-net.ne.jp", "plala.or.jp", "excite.co.jp", "goo.jp",
        "pchome.com.tw", "hinet.net", "seed.net.tw", "netvigator.com", "singnet.com.sg", "starhub.net.sg",
        "indiatimes.com", "sify.com", "vsnl.com", "vsnl.net", "walla.com", "walla.co.il", "netvision.net.il",
        "bezeqint.net", "012.net.il", "emirates.net.ae", "eim.ae", "bigpond.com", "bigpond.net.au", "optusnet.com.au",
        "iinet.net.au", "internode.on.net", "tpg.com.au", "dodo.com.au", "ozemail.com.au", "xtra.co.nz",
        "slingshot.co.nz", "mweb.co.za", "telkomsa.net", "vodamail.co.za", "webmail.co.za", "absamail.co.za",
        // Addresses to be thrown away.
        "mailinator.com", "guerrillamail.com", "guerrillamail.info", "sharklasers.com", "grr.la", "10minutemail.com",
        "temp-mail.org", "tempmail.com", "tempmail.net", "throwawaymail.com", "trashmail.com", "trashmail.de",
        "yopmail.com", "yopmail.fr", "getnada.com", "dispostable.com", "maildrop.cc", "mailnesia.com", "mintemail.com",
        "fakeinbox.com", "spamgourmet.com", "mytemp.email", "moakt.com", "mohmal.com", "discard.email",
        "wegwerfemail.de", "emailondeck.com", "burnermail.io", "33mail.com", "simplelogin.com", "anonaddy.com",
    ]
}
