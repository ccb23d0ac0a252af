"""Names to make people of. The shares of groups and names are estimates of our own for a region with a large city.

Most surnames are put together from parts, so that there are thousands, of which a few are borne by many.
"""
# ruff: noqa: RUF001  # the letters are those of the names

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, product
from random import Random


@dataclass(frozen=True, slots=True)
class Naamgroep:
    """The names of people who were named in one language."""

    naam: str
    aandeel: float
    achternamen: Sequence[str]
    mannen: Sequence[str]
    vrouwen: Sequence[str]
    geschatte_datum: float  # the share whose birth date is one that stands for "not known"


def _words(text: str) -> list[str]:
    """Return the names in a text, apart by strokes when there are spaces in them."""
    return text.split("|" if "|" in text else None)


def _combined(first: str, second: str) -> list[str]:
    return [f"{one}{other}" for one, other in product(first.split(), second.split())]


_NL_TOP = _words(
    "de Jong|Jansen|de Vries|van den Berg|Bakker|van Dijk|Visser|Janssen|Smit|Meijer|de Boer|Mulder|"
    "de Groot|Bos|Vos|Peters|Hendriks|van Leeuwen|Dekker|Brouwer|de Wit|Dijkstra|Smits|de Graaf|"
    "van der Meer|van der Linden|Kok|Jacobs|de Haan|Vermeulen|van den Heuvel|van der Veen|van den Broek|"
    "de Bruijn|de Bruin|van der Heijden|Schouten|van Beek|Willems|van Vliet|van de Ven|Hoekstra|Maas|"
    "Verhoeven|Koster|van Dam|van der Wal|Prins|Blom|Huisman|Peeters|de Jonge|Kuipers|van Veen|Post|"
    "Kuiper|Veenstra|Kramer|van den Brink|Scholten|van Wijk|Postma|Martens|Vink|de Ruiter|Timmermans|"
    "Groen|Gerritsen|Jonker|van Loon|Boer|van der Velde|Willemsen|Smeets|de Lange|de Vos|Bosch|"
    "van Dongen|Schipper|de Koning|van der Laan|Koning|Driessen|van Doorn|Hermans|Evers|van den Bosch|"
    "van der Meulen|Hofman|Bosman|Wolters|Sanders|van der Horst|Mol|Kuijpers|Molenaar|van de Pol|"
    "de Leeuw|Verbeek|'t Hart|in 't Veld"
)
_NL_MADE = _combined(
    "Acker Berk Beuk Bloem Boom Bosch Brand Broek Brug Dijk Doorn Duin Eik Elzen Graven Groot Haag Hage Hal Heem Heij "
    "Hoek Hof Holt Hooge Houw Kamp Kerk Klein Kool Korte Kreek Laan Linde Lang Maas Meer Molen Mos Nieuw Noord Oever "
    "Oost Oude Paas Polder Raven Riet Roos Rozen Schoon Sloot Spijk Steen Stroo Swart Tol Veen Veld Vlas Vogel Vreede "
    "Wacht Water Weste Wild Winter Wolf Zand Zee Zwane",
    "aar beek berg bergen boom borg bosch broek brink burg bakker dam dijk donk hof horst hout huis huizen huijsen "
    "kamp kerk laar laan land maker man mans mans meijer meer molen oord poel rijk schot sluis stede steen stra straat "
    "veen veld vliet voort waard wal weg wijk winkel zaal",
)
_TR_TOP = _words("Yılmaz Kaya Demir Şahin Çelik Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin")
_TR_MADE = _combined(
    "Ak Kara Er Öz Gün Kaya Taş Demir Bay Gök Sarı Yıl Tok Koç Alt Ber Çak Uz Kur Tek Sön Ünal Er Boz Sel",
    "gül ca soy er taş can türk doğan kaya demir tekin bulut baş yürek öz er ay dağ su man oğlu lı tepe bey gün kan",
)
_MA_TOP = _words(
    "Mohamed|Ahmed|Hassan|Ali|El Idrissi|Bouali|El Amrani|El Khattabi|Benali|Hussein|Ibrahim|Aziz|"
    "El Yaakoubi|Bouzidi|Haddad|Ben Ali|Chaib|Al Hassan|Osman|Said"
)
_MA_MADE = [
    f"{first}{second}"
    for first, second in product(
        ("El ", "Al ", "Ben", "Bou", "Ait ", "Abou", "Ou", ""),
        _words(
            "Khalifi Mansouri Hamdaoui Bakkali Ouazzani Morabit Fassi Alaoui Filali Jabri Kaddouri Mokhtar "
            "Rachidi Saidi Tahiri Yousfi Zaoui Chakir Daoudi Ghazi Haddou Hachimi Kassem Lahlou Moussaoui Naji "
            "Qasmi Rahmani Sabri Talbi Zerouali Ayadi Bachir Chergui Doudouh Farouk Guerroudj Hajji Jilali "
            "Karimi Lamrani Mahfoud"
        ),
    )
]
_SR_TOP = _words("Singh Ramdin Ramlal Jagernath Sardjoe Soekhram Bhagwandin Pinas Kartosen Wijngaarde Tuur Pengel")
_SR_MADE = [
    *_combined(
        "Ram Soek Bhag Ganga Har Jag Kali Mahabir Nanda Bisoe Poer Radje Sew Tewari Badri Chand Djwa Gobin Jhin Oedai",
        "din lal persad narain singh bir dew nath deo dat raj mohan kisoen",
    ),
    *_combined("Karto Sardi Wongso Pawiro Djojo Soero Amat Kromo Tjokro Moesti", "sen redjo dikromo oetomo djojo no"),
]
_PL_TOP = [
    "Nowak",
    "Kowalski",
    "Wiśniewski",
    "Wójcik",
    "Kowalczyk",
    "Kamiński",
    "Lewandowski",
    "Zieliński",
    "Szymański",
    "Woźniak",
]
_PL_MADE = _combined(
    "Jab Kacz Maj Mich Paw Rut Sad Wal Zaj Bor Czar Dąb Gór Jan Krac Lis Mal Now Ost Piotr Rog Sob Tom Urb Wilc Żur",
    "łoński marek ewski alski kowski ak czak ecki iński owicz icki czyk ański",
)
_AN_TOP = _words("Martina Fernandes Gomes Rodrigues Silva dos Santos Lopes Maduro Croes Pieters Tavares Monteiro")
_AN_MADE = _combined(
    "Alm Barb Cald Card Carv Cost Cruz Da Dia Ferr Figu Gonç Hern Lim Mart Mend Nev Oliv Per Pin Ramir Rib Ros Semed",
    "eida osa eira oso alho ado inho as ez alves es o eiro ina era",
)

GROEPEN = (
    Naamgroep(
        "nederlands",
        0.58,
        [*_NL_TOP, *_NL_MADE],
        _words(
            "Johannes Jan Cornelis Hendrik Willem Pieter Peter Jacob Gerrit Daan Sem Lucas Levi Finn Noah Luuk "
            "Milan Bram Thomas Tim Jesse Lars Kevin Dennis Martijn Jeroen Mark Rob Hans Kees Wim Henk Piet Klaas "
            "Erik Bas Sander Stefan Michiel Maarten Rick Stijn Thijs Ruben Julian Max Niels Robin Koen Arjan "
            "Marcel Ronald Frank Paul Theo Antonius Adrianus Franciscus Gerardus Wilhelmus Bart Joost Dirk "
            "Leendert Arie Jan-Willem Sjoerd"
        ),
        _words(
            "Maria Anna Johanna Cornelia Elisabeth Catharina Wilhelmina Adriana Margaretha Emma Julia Sophie "
            "Lisa Mila Eva Sara Anouk Linda Monique Petra Sandra Esther Marieke Ingrid Femke Sanne Lotte Fleur "
            "Iris Roos Noor Tess Lieke Isa Nina Amber Kim Laura Naomi Denise Manon Chantal Patricia Astrid Anja "
            "Yvonne Ellen Marjan Trudy Hendrika Jacoba Geertruida Petronella Willemijn Maartje Jantine "
            "Dieuwertje Bregje Sjaan Jolanda Anne-Marie"
        ),
        0.0,
    ),
    Naamgroep(
        "turks",
        0.10,
        [*_TR_TOP, *_TR_MADE],
        _words(
            "Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim Murat Yusuf Emre Ömer Süleyman Osman Burak Can Deniz "
            "Kemal Serkan Volkan Tolga Fatih Eren Yiğit Kaan Halil Bekir Orhan Cem Onur Barış"
        ),
        _words(
            "Fatma Ayşe Emine Hatice Zeynep Elif Meryem Şerife Esra Büşra Merve Kübra Özlem Sevgi Gül Aylin "
            "Derya Ebru Songül Yasemin Nur Hülya Leyla Melek Sibel Tuğba Zehra Sultan Çiğdem İrem"
        ),
        0.05,
    ),
    Naamgroep(
        "arabisch",
        0.13,
        [*_MA_TOP, *_MA_MADE],
        _words(
            "Mohamed Mohammed Ahmed Youssef Hassan Omar Ali Said Rachid Khalid Abdelkader Abdellah Mustapha "
            "Karim Bilal Ibrahim Ismail Hamza Anas Ayoub Ilyas Zakaria Soufiane Nabil Jamal Abdelaziz Driss "
            "Yassine Tarik Nordin Mahmoud Samir Walid Yahya"
        ),
        _words(
            "Fatima Khadija Aicha Amina Naima Samira Malika Latifa Rachida Hanan Zineb Meryem Salma Yasmina Nora "
            "Soumaya Loubna Ikram Hafsa Imane Karima Jamila Najat Zohra Halima Maryam Rania Layla Asma Chaimae"
        ),
        0.10,
    ),
    Naamgroep(
        "surinaams",
        0.09,
        [*_SR_TOP, *_SR_MADE],
        _words(
            "Rajesh Anil Sunil Vinod Ashwin Radjen Soenil Dinesh Roy Humphrey Orlando Dewnarain Ravi Kishan "
            "Santosh Djoerd Ricardo Glenn Ruben Marlon Winston Sergio Amar Vishal Jay"
        ),
        _words(
            "Indra Sharita Anita Sunita Priya Radha Shanti Gita Sandhia Kavita Rishma Varsha Djanie Cynthia "
            "Mavis Jennifer Sharon Melissa Wonny Roshni Usha Anjali Kamla Sewdien Asha"
        ),
        0.01,
    ),
    Naamgroep(
        "pools",
        0.05,
        [*_PL_TOP, *_PL_MADE],
        _words(
            "Piotr Krzysztof Andrzej Tomasz Paweł Marcin Michał Grzegorz Łukasz Adam Jakub Mateusz Kamil Rafał "
            "Dawid Wojciech Szymon Bartosz Filip Maciej"
        ),
        _words(
            "Anna Katarzyna Małgorzata Agnieszka Barbara Ewa Magdalena Joanna Monika Aleksandra Natalia Zuzanna "
            "Julia Karolina Beata Dorota Justyna Wiktoria Oliwia Zofia"
        ),
        0.0,
    ),
    Naamgroep(
        "antilliaans-kaapverdisch",
        0.05,
        [*_AN_TOP, *_AN_MADE],
        _words(
            "José Carlos António Manuel João Luis Pedro Giovanni Jeandro Rignald Shurandy Elvis Nelson Ruben "
            "Franklin Edson Ivan Jair Quincy Tyrone"
        ),
        _words(
            "Maria Ana Rosa Carla Fátima Isabel Sheila Jeanine Tamara Solange Ivete Nilda Zuleika Sharlene "
            "Shanice Ludwina Mercedes Filomena Paula Celeste"
        ),
        0.01,
    ),
)
_SLOPE = 0.75  # how much more often the first of a list is borne than the later ones (Zipf)


def _weights(count: int) -> list[float]:
    return list(accumulate((rank + 3) ** -_SLOPE for rank in range(count)))


_CUM = {
    groep.naam: (_weights(len(groep.achternamen)), _weights(len(groep.mannen)), _weights(len(groep.vrouwen)))
    for groep in GROEPEN
}
_SHARES = list(accumulate(groep.aandeel for groep in GROEPEN))


def pick_groep(chance: Random) -> Naamgroep:
    """Return a group, by its share."""
    return chance.choices(GROEPEN, cum_weights=_SHARES)[0]


def pick_achternaam(chance: Random, groep: Naamgroep) -> str:
    """Return a surname of a group, the common ones more often."""
    return chance.choices(groep.achternamen, cum_weights=_CUM[groep.naam][0])[0]


def pick_voornamen(chance: Random, groep: Naamgroep, geslacht: str) -> str:
    """Return one to three given names."""
    names, weights = (groep.mannen, _CUM[groep.naam][1]) if geslacht == "man" else (groep.vrouwen, _CUM[groep.naam][2])
    count = chance.choices((1, 2, 3), (0.6, 0.32, 0.08))[0]
    return " ".join(dict.fromkeys(chance.choices(names, cum_weights=weights, k=count)))
