"""What the people of the demo write. Plain, ordinary words; every line invented."""

SITUATIONS = (
    "Monday call. My turn to speak.", "Came home, the flat was dark.", "Text from my brother, no greeting.",
    "Lunch alone again.", "Queue at the chemist, somebody sighed.", "Read an old message.", "The bus was full.",
    "My boss asked if I had a minute.", "Woke at four.", "Neighbours laughing on the stairs.",
    "Kids shouting before school.", "Saw the bill on the table.",
)  # fmt: skip
THOUGHTS = (
    "I will say something stupid.", "It will always be like this.", "They would rather I was not here.",
    "I should be over this by now.", "If I rest, it all falls down.", "She is angry with me.",
    "I cannot do this again tomorrow.", "I am the only one who finds this hard.",
)  # fmt: skip
VIEWS = (
    "They may be tired too.", "I have got through this bit before.", "Nobody said that, I did.",
    "One slow day is one slow day.", "I would not say this to a friend.", "It is a guess, not a fact.",
)  # fmt: skip
FOUND = (
    "It comes before the call, not after.", "Ten minutes outside changed the afternoon.", "I was less alone than I thought.",
    "It went down by itself.", "I can write two words and that is enough.", "Mornings are kinder than I say.",
    "He asked me back. I did not expect that.", "I stop breathing when the phone rings.",
    "I look for the bad hour and find two that are fine.", "Saying it was shorter than dreading it.",
    "My shoulders know before I do.", "I did it badly and nobody minded.",
)  # fmt: skip
TRIED = (
    "Wrote it on the bus.", "Walked to the corner and back.", "Two lines in bed.", "Did it before breakfast.",
    "Put the phone in the kitchen first.", "Asked for five minutes alone.", "Only the first question.",
)  # fmt: skip
ACTIVITIES = (
    "Washed up with the radio on", "Walk to the canal", "Called my sister", "Watered the plants", "Soup, from a tin",
    "Sat in the park", "Folded the washing", "Ten pages of a book", "Swam, four lengths", "Drew for a bit",
)  # fmt: skip
FEELINGS = ("sad", "worried", "ashamed", "angry", "lonely", "nervous", "tired", "calm", "hopeful")
NOTICED = (
    "I say sorry before I have said anything.", "She looks at the door when I talk about work.",
    "I laugh when I am sad.", "We both go quiet at the same place.", "I was glad when it was cancelled.",
)  # fmt: skip
CARRY = ("I can be slow and still get there.", "Not every silence is about me.", "Small is a fine place to begin.")
WORDS = ("heavy", "foggy", "lighter", "okay", "restless", "soft", "stuck", "clear")
REASONS = (
    "You said the evenings all feel the same. This checks if that is so.",
    "You told me the thought comes too fast to look at. This slows it down a little.",
    "You want to know what makes a day a bit better. A few notes can show it.",
    "You said you go quiet because it will turn into a fight. This finds out if it does.",
    "You wondered how much you really sleep. Two weeks of notes will tell us more than one bad night.",
    "You asked for something you can do on a hard day. This is as small as we could make it.",
)
FIRST_STEPS = (
    "Open the page after breakfast.",
    "Put the pen beside the kettle.",
    "Write one word today.",
    "Choose the hour.",
)
SOME = ("One line.", "One word and one feeling.", "A single dot.", "Opening the page.")
ALL = ("Four days.", "Three times before we meet.", "Most days, a few lines.")
ANCHORS = (
    "after breakfast",
    "on the bus",
    "lunch break",
    "when the kettle boils",
    "after the school run",
    "before supper",
)
PLACES = ("kitchen table", "the bench outside work", "in the car, parked", "my room, door shut", "the bus, upper deck")
IFS = {
    "time": ("the day is full", "I write one word in the queue"),
    "privacy": ("someone is in the room", "I do it at work, at lunch"),
    "tired": ("it is late and I am tired", "I leave it and do one line at breakfast"),
    "forgot": ("I forget", "the note on the kettle reminds me"),
    "care": ("the kids are up early", "I do it on the bus"),
    "people": ("somebody calls", "I say I will ring back in five minutes"),
    "point": ("I do not see the point", "I ask in the session what it is for"),
    "fit": ("it does not fit that day", "I change it to a voice note to myself"),
}
WENT_WELL = ("You began on the hard day too.", "You made it smaller by yourself and kept going.", "Two lines, twice.")
LEARNED = (
    "That it starts before the call.",
    "That the walk helps more than the plan of the walk.",
    "Where it sits in the body.",
)
IN_THE_WAY = ("Late evenings.", "No quiet room.", "A full week.", "")
MESSAGES = (
    "You went back and looked again, in the car, with eight minutes to spare. What was that like?",
    "You wrote that it went down by itself. What did you notice just before it did?",
    "You made it smaller and kept it. What made that possible?",
    "You found a good hour in a bad day. What would you like to do with that?",
)
TELL = ("Can I skip the second part?", "Could we look at this one together?", "I would like to try it at work.")
MESSAGES_ES = (
    "Lo hiciste a tu manera, con tu tía al lado. ¿Qué notaste?",
    "Escribiste que fue más corto decirlo que temerlo. ¿Qué cambió?",
)
FOUND_ES = (
    "Decirlo fue más corto que temerlo.",
    "Mi tía también había callado años.",
    "Me tembló la voz y no pasó nada.",
)
REASONS_ES = ("Dijiste que callas para no molestar. Así vemos qué pasa cuando lo dices.",)
DREAMS = (
    "A house with one room more than there is.",
    "I was late for a train that waited.",
    "My aunt, young, in a yard.",
)
LETTERS = ("You would have laughed at the rain that day.", "I kept your scarf. It no longer smells of you.")
SIGNS = ("I stop answering messages.", "I go to bed at seven.", "Everything sounds like criticism.")
