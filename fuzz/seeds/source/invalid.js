j// ядё
fetch('https://a.test/рџ')