"""abroad: whether a text is in a language that the linear models, which learned from English, hardly know."""

_ENGLISH = frozenset(
    "the of and to is are be was for with or if from this that on by it not you your have has must".split()
)
_OTHERS = frozenset(
    "der die das und ist nicht mit fur den dem ein eine einen auf vor wenn wird werden zu im von bei nur sie bitte"
    " el los las del que para por una con como antes al su este esta solo cuando le les des du est pour dans avec sur"
    " qui ne pas os um uma nao em na ao seu il di che per non della gli prima sempre het een van de niet voor op eerst"
    " jest nie sie przed och att som ve bir icin".split()
)  # read without accents, as texts are
_FAR = 0.3  # of the letters


def abroad(text: str) -> bool:
    """Return whether a text, as it is read, is mostly in another language than English."""
    if not text.isascii():
        letters = [letter for letter in text if letter.isalpha()]
        if sum(not letter.isascii() for letter in letters) > _FAR * len(letters):
            return True
    words = [word.strip(".,:;!?()\"'`") for word in text.lower().split()]
    others = sum(word in _OTHERS for word in words)
    return others > 1 and others > sum(word in _ENGLISH for word in words)
