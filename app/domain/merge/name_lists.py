"""Words that proper names are made of and that no rule of spelling can tell."""

LEADING_PARTICLES = frozenset((
    "de", "del", "della", "da", "das", "dos", "du", "von", "zu",
))  # fmt: skip
"""Small before a surname, wherever they stand; `Di`, `Do`, `La` or `Van` may be a given name at the start."""

INNER_PARTICLES = LEADING_PARTICLES | frozenset((
    "di", "do", "la", "der", "den", "ter", "ten", "zur", "vom", "af", "av", "bin", "ibn", "of", "and",
    "the",
))  # fmt: skip
"""Small within a name, when another word follows."""

PAIRED_PARTICLES = frozenset((
    ("de", "la"), ("de", "las"), ("de", "los"), ("van", "der"), ("van", "den"), ("van", "de"),
    ("van", "het"), ("von", "der"), ("von", "dem"),
))  # fmt: skip
"""Two particles that are small together; `VAN DYKE` alone is `Van Dyke`."""

MAC_NAMES = frozenset((
    "macallister", "macarthur", "macbride", "macdonald", "macdonnell", "macdougall", "macfarlane",
    "macgregor", "macinnes", "macintosh", "macintyre", "macivor", "mackinnon", "maclachlan", "maclaren",
    "maclean", "macleod", "macmahon", "macmillan", "macnab", "macnamara", "macneil", "macneill",
    "macphail", "macpherson", "macrae", "mactavish",
))  # fmt: skip
"""The names of Mac and a capital; Mackey, Macias or Machado have none."""

SPELLED = {
    "ii": "II", "iii": "III", "iv": "IV", "vii": "VII", "viii": "VIII", "jr": "Jr", "sr": "Sr",
    "dr": "Dr", "mr": "Mr", "mrs": "Mrs", "ms": "Ms", "st": "St", "mt": "Mt", "ft": "Ft", "ng": "Ng",
    "phd": "PhD", "ph.d": "Ph.D", "md": "MD", "dds": "DDS", "dmd": "DMD", "dvm": "DVM", "rn": "RN",
    "np": "NP", "lpn": "LPN", "lcsw": "LCSW", "dpm": "DPM", "dnp": "DNP", "fnp": "FNP", "crnp": "CRNP",
    "aj": "AJ", "oj": "OJ", "rd": "Rd", "ln": "Ln", "ct": "Ct", "pl": "Pl", "sq": "Sq", "hwy": "Hwy",
    "blvd": "Blvd",
}  # fmt: skip
"""Titles, suffixes, degrees and short words with their own spelling, without the full stop."""

SMALL_WORDS = frozenset((
    "of", "and", "the", "at", "for", "in", "on", "by", "to", "de", "del", "la", "las", "los", "y",
))  # fmt: skip
"""Small within the name of a place; Spanish ones are common in those of the United States."""

PLACE_ABBREVIATIONS = frozenset((
    "ucla", "ucsf", "ucsd", "usc", "unc", "uab", "utsw", "nyu", "mit", "suny", "cuny", "upmc", "ymca",
    "ywca", "jcc", "va", "usa", "usps", "icu", "er", "mri", "ent", "obgyn", "cvs", "ne", "nw", "se",
    "sw", "ii", "iii", "iv", "vii", "viii", "hs", "ms", "ps",
))  # fmt: skip
"""Abbreviations that stay in capitals whatever the rest looks like."""
