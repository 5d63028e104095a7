j﻿// ü
fetch('https://ä.test/')
'😀'