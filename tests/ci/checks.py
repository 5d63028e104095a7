"""Counts what holds."""


class Checks:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def holds(self, name: str, condition, shown="") -> None:
        """Notes whether a condition holds; `shown` is printed if not."""
        if condition:
            self.passed += 1
            print(f"ok    {name}")
            return
        self.failed += 1
        print(f"FAIL  {name}")
        for line in str(shown).splitlines()[:40]:
            print(f"      | {line}")

    def end(self) -> int:
        print(f"{self.passed} passed, {self.failed} failed")
        return int(self.failed > 0)
