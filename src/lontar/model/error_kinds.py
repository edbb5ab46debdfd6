"""The kinds of error that are not of a place of a received file: what each code is about. Codes are never reused."""

ERROR_KINDS: dict[str, str] = {
    # A file of the catalogue cannot be opened.
    "CAT-001": "A file that is named is not there, or is no such file",
    "CAT-002": "A file cannot be read, or is not UTF-8",
    "CAT-003": "A file is not YAML as the catalogue is written",
    "CAT-004": "A key or value does not fit this kind of file",
    "CAT-005": "The folder of the catalogue is not there",
    "CAT-006": "The catalogue has nothing with this id",
    # A code list is broken.
    "CAT-010": "A code list lacks columns, or has others",
    "CAT-011": "A row of a code list has too many or too few cells",
    "CAT-012": "Code lists include each other",
    "CAT-020": "An id and the name of its file differ",
    "CAT-021": "Something has no English label",
    "CAT-022": "A parent is no code of the list",
    "CAT-023": "Parents run in a circle",
    "CAT-024": "Something stands twice",
    "CAT-025": "A date is no date",
    "CAT-026": "Something ends before it begins",
    "CAT-028": "A name stands for a code that the list does not have",
    "CAT-029": "A name is of an unknown kind",
    "CAT-030": "The interval of a code is not right",
    # A record of the catalogue is not complete, or speaks of what is not there.
    "CAT-031": "Something is named that the catalogue does not have",
    "CAT-032": "No source is named",
    "CAT-033": "Something that is needed is empty",
    "CAT-034": "A question of a method sheet is not answered",
    "CAT-035": "A question does not allow an answer",
    "CAT-036": "A table has no file that says what it is",
    "CAT-037": "A question has too many answers, or none",
    "CAT-038": "A topic has no indicator",
    # A mapping contradicts itself or the catalogue.
    "CAT-040": "A mapping says what cannot be",
    # A crosswalk is broken.
    "CAT-050": "A crosswalk lacks its columns",
    "CAT-051": "A code stands in a crosswalk twice",
    "CAT-052": "A crosswalk is no CSV, or a line is too long or too short",
    "CAT-053": "A match is of an unknown kind",
    "CAT-054": "A line of a crosswalk says nothing, or two things",
    "CAT-055": "A match that is not exact has no note",
    # A rule of sharing is broken.
    "CAT-060": "A rule names no fact, or compares what cannot be compared",
    # An instance cannot be used.
    "INS-001": "There is no instance in the folder",
    "INS-002": "What says of which kind an instance is, is damaged",
    "INS-003": "The instance is of another kind",
    "INS-010": "There is no account that the database server could run as",
    "INS-011": "A folder that is needed belongs to somebody else",
    "INS-012": "PostgreSQL's programs are not there",
    "INS-013": "Another Lontar runs in the folder",
    "INS-014": "The database cannot be made",
    "INS-015": "The database server does not answer",
    "INS-016": "The data were made by another version of PostgreSQL",
    "INS-017": "The database does not answer",
    "INS-020": "The address of a database is none, or is missing",
    # An export of a journal cannot be read.
    "JOU-001": "A file is no export of a journal",
    # A question to the policy is broken.
    "POL-001": "The facts of a question do not fit",
    "POL-002": "The solver that proves the rules is not installed",
    # The policy said no.
    "POL-010": "Terms were proposed for a thing that has others by now",
    "POL-404": "There is nothing here for the viewer: absent and forbidden alike",
    # Lontar itself is at fault.
    "LON-001": "Something went wrong in Lontar itself",
    "LON-002": "An account does not balance",
    "LON-003": "A plan contradicts itself",
}
"""Code -> what it is about. What is said in one case, and the remedy, stand where the case is found."""
