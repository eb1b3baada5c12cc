"""Vietnamese, with a day that can stand inside a sentence."""

DATE_FORMAT = r"\n\g\à\y j \t\há\n\g n \nă\m Y"
