#!/usr/bin/env python3
"""Writes a made-up project for measurements: `project.py FOLDER`.

2,300 files of TypeScript that import each other like those of a real application, among them one
of 5,000 lines (`src/catalog.ts`) with several hundred endpoints, which imports others and is
imported by others. The same bytes each time.
"""

import pathlib
import sys

FEATURES = 420
CLIENTS = 200
LINES = 5_000

HTTP = """\
import { API_URL } from './config';

export interface Options { method?: string; body?: unknown; retries?: number }

function query(parameters?: Record<string, string>): string {
  if (!parameters) return '';
  return '?' + new URLSearchParams(parameters).toString();
}

export class HttpError extends Error {
  constructor(readonly status: number, message: string) { super(message); }
}

export async function request<T>(path: string, options: Options = {}): Promise<T> {
  const response = await fetch(`${API_URL}${path}`, {
    method: options.method ?? 'GET',
    body: options.body ? JSON.stringify(options.body) : undefined,
    headers: { 'content-type': 'application/json' },
  });
  if (!response.ok) throw new HttpError(response.status, await response.text());
  return response.json();
}

export class Client {
  constructor(private readonly base: string) {}
  get<T>(path: string, parameters?: Record<string, string>): Promise<T> {
    return this.send('GET', path + query(parameters));
  }
  post<T>(path: string, body: unknown): Promise<T> { return this.send('POST', path, body); }
  private async send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.base + path, { method, body: JSON.stringify(body) });
    return response.json();
  }
}

export const events = (topic: string) => new EventSource(`${API_URL}/events/${topic}`);
"""

CONFIG = """\
export const API_URL = import.meta.env.VITE_API_URL ?? 'https://api.acme.example';
export const METRICS_URL = 'https://metrics.acme.example/v1';
export const SOCKET_URL = 'wss://live.acme.example';
export const VENDOR = { maps: 'https://maps.vendor.example', pay: 'https://pay.vendor.example' };
export const PAGE_SIZE = 50;
"""

PAGE = """\
<!doctype html>
<html>
<head>
<meta charset="utf-8">
<title>Acme</title>
<meta http-equiv="Content-Security-Policy" content="object-src 'none'; base-uri 'self'">
<script type="module" src="/src/main.ts"></script>
</head>
<body><div id="root"></div><a href="/out" ping="/ping">out</a></body>
</html>
"""

HEADERS = """\
/*
  Content-Security-Policy: default-src 'self'; connect-src 'self' https://api.acme.example \
https://metrics.acme.example wss://live.acme.example https://maps.vendor.example; img-src *
  X-Content-Type-Options: nosniff
"""

TSCONFIG = """\
{
  "compilerOptions": {
    "target": "es2022", "module": "esnext", "moduleResolution": "bundler", "jsx": "react-jsx",
    "baseUrl": ".", "paths": { "@/*": ["src/*"] }
  },
  "include": ["src"]
}
"""


def client(n):
    return f"""\
import {{ request, Client }} from '../http';
import {{ PAGE_SIZE, VENDOR }} from '../config';

export interface Item{n} {{ id: string; name: string; tags: string[]; parent?: Item{n} }}

const client = new Client('{"https://api.acme.example" if n % 7 else "https://old.acme.example"}/v{n % 3}');

export const list{n} = (page: number) =>
  request<Item{n}[]>(`/items{n}?page=${{page}}&size=${{PAGE_SIZE}}`);
export const find{n} = (id: string) => request<Item{n}>(`/items{n}/${{id}}`);
export const save{n} = (item: Item{n}) =>
  request<Item{n}>(`/items{n}/${{item.id}}`, {{ method: 'PUT', body: item }});
export function search{n}(text: string) {{
  return client.get<Item{n}[]>('/search{n}', {{ text, size: String(PAGE_SIZE) }});
}}
export async function remove{n}(id: string): Promise<void> {{
  await client.post(`/items{n}/${{id}}/remove`, {{ id }});
  await fetch(VENDOR.maps + `/forget/${{id}}`);
}}
"""


def hook(n):
    c = n % CLIENTS
    return f"""\
import {{ useCallback, useEffect, useMemo, useState }} from 'react';
import {{ find{c}, list{c}, save{c}, search{c}, type Item{c} }} from '@/clients/client{c}';
import {{ track }} from '@/metrics';
import {{ sorted, unique }} from '@/util/lists';

export interface State{n} {{ items: Item{c}[]; loading: boolean; error?: string }}

export function useFeature{n}(filter: string) {{
  const [state, setState] = useState<State{n}>({{ items: [], loading: true }});
  const load = useCallback(async (page: number) => {{
    setState((old) => ({{ ...old, loading: true }}));
    try {{
      const items = filter ? await search{c}(filter) : await list{c}(page);
      setState({{ items: unique(items, (item) => item.id), loading: false }});
    }} catch (error) {{
      setState({{ items: [], loading: false, error: String(error) }});
    }}
  }}, [filter]);
  useEffect(() => {{ load(0); track('feature{n}', {{ filter }}); }}, [load]);
  const names = useMemo(() => sorted(state.items.map((item) => item.name)), [state.items]);
  const rename = useCallback(async (id: string, name: string) => {{
    const item = await find{c}(id);
    await save{c}({{ ...item, name }});
    await load(0);
  }}, [load]);
  return {{ ...state, names, rename, reload: () => load(0) }};
}}
"""


def view(n):
    catalog = f"import {{ group{n % 40} }} from '@/catalog';\n" if n % 30 == 0 else ""
    use = f"<Button onClick={{() => group{n % 40}.load('{n}')}}>all</Button>" if catalog else ""
    return f"""\
import React from 'react';
import {{ useFeature{n} }} from './hook';
import {{ label{n}, widths{n} }} from './model';
import {{ Button, List, Row, Spinner }} from '@/ui';
{catalog}
export function Feature{n}({{ filter, onSelect }}: {{ filter: string; onSelect(id: string): void }}) {{
  const {{ items, loading, error, names, rename, reload }} = useFeature{n}(filter);
  if (loading) return <Spinner label={{label{n}}} />;
  if (error) return <Row tone="bad">{{error}} <Button onClick={{reload}}>again</Button></Row>;
  return (
    <List title={{label{n}}} count={{names.length}} widths={{widths{n}}}>
      {{items.map((item) => (
        <Row key={{item.id}} onClick={{() => onSelect(item.id)}}>
          <span className="name">{{item.name}}</span>
          {{item.tags.length > 0 && <em>{{item.tags.join(', ')}}</em>}}
          <Button onClick={{() => rename(item.id, item.name.trim())}}>tidy</Button>
        </Row>
      ))}}
      {use}
    </List>
  );
}}
"""


def model(n):
    return f"""\
import type {{ State{n} }} from './hook';

export const label{n} = 'Feature {n}';
export const widths{n} = [120, {n % 90 + 40}, 80].map((width) => width * 1.5);

export enum Kind{n} {{ Open = 'open', Closed = 'closed', Void = 'void' }}

export function summary(state: State{n}): string {{
  const counts = new Map<string, number>();
  for (const item of state.items) {{
    for (const tag of item.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }}
  const parts = [...counts].map(([tag, count]) => `${{tag}}: ${{count}}`);
  return parts.length > 0 ? parts.join('; ') : 'nothing';
}}

export class Store{n} {{
  private readonly listeners = new Set<(state: State{n}) => void>();
  constructor(private state: State{n}) {{}}
  subscribe(listener: (state: State{n}) => void) {{
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }}
  set(state: Partial<State{n}>) {{
    this.state = {{ ...this.state, ...state }};
    for (const listener of this.listeners) listener(this.state);
  }}
  get kind(): Kind{n} {{ return this.state.loading ? Kind{n}.Open : Kind{n}.Closed; }}
}}
"""


def spec(n):
    return f"""\
import {{ summary, Store{n} }} from './model';

export const sample{n} = {{ items: [], loading: false }};

export function check{n}(): boolean {{
  const store = new Store{n}(sample{n});
  let calls = 0;
  const stop = store.subscribe(() => {{ calls += 1; }});
  store.set({{ loading: true }});
  stop();
  return calls === 1 && summary(sample{n}) === 'nothing';
}}
"""


def group(n):
    return table(n) if n % 2 else source(n)


def table(n):
    """Code of an application that requests little."""
    host = ["https://api.acme.example", "https://cdn.other.example"][n % 4 // 2]
    return f"""\
/** Group {n} of the catalog: what its tables show. */
export interface Entry{n} {{
  id: string;
  title: string;
  price: number;
  state: 'new' | 'used' | 'gone';
}}

const base{n} = `{host}/group{n}`;

export function format{n}(entry: Entry{n}): string {{
  // Prices are whole cents.
  const price = (entry.price / 100).toFixed(2);
  switch (entry.state) {{
    case 'new':
      return `${{entry.title}}: ${{price}}`;
    case 'used':
      return `${{entry.title}} (used): ${{price}}`;
    default:
      return `${{entry.title}} is gone`;
  }}
}}

export function total{n}(entries: Entry{n}[]): Map<string, number> {{
  const sums = new Map<string, number>();
  for (const entry of entries) {{
    if (entry.state === 'gone') continue;
    const sum = sums.get(entry.title) ?? 0;
    sums.set(entry.title, sum + Math.round(entry.price));
  }}
  return new Map([...sums].sort(([a], [b]) => a.localeCompare(b)));
}}

export class Table{n} {{
  private rows: string[] = [];
  constructor(private readonly width = {n % 60 + 20}) {{}}
  add(entry: Entry{n}): this {{
    const text = format{n}(entry).slice(0, this.width).padEnd(this.width, ' ');
    this.rows.push(text);
    return this;
  }}
  toString(): string {{
    return this.rows.map((row, index) => `${{index + 1}}. ${{row}}`).join('\\n');
  }}
}}

export const group{n} = {{
  name: 'group {n}',
  format: format{n},
  async load(id: string) {{
    const response = await fetch(`${{base{n}}}/entries/${{id}}`);
    const entry = (await response.json()) as Entry{n};
    const table = new Table{n}().add(entry);
    return {{ entry, found: [table.toString()], sums: total{n}([entry]) }};
  }},
}};

"""


def source(n):
    """Code of an application that is about requests."""
    clients = ", ".join(f"find{(n * 5 + i) % CLIENTS}" for i in range(2))
    host = ["https://api.acme.example", "https://pay.vendor.example", "/api", "https://cdn.other.example"][n % 4]
    return f"""\
/** Group {n} of the catalog: what its tables show, and where that comes from. */
export interface Entry{n} {{
  id: string;
  title: string;
  price: number;
  state: 'new' | 'used' | 'gone';
}}

const base{n} = `{host}/group{n}`;

export function format{n}(entry: Entry{n}): string {{
  // Prices are whole cents.
  const price = (entry.price / 100).toFixed(2);
  switch (entry.state) {{
    case 'new':
      return `${{entry.title}}: ${{price}}`;
    case 'used':
      return `${{entry.title}} (used): ${{price}}`;
    default:
      return `${{entry.title}} is gone`;
  }}
}}

export async function fetch{n}(id: string): Promise<Entry{n}> {{
  const response = await fetch(`${{base{n}}}/entries/${{id}}`);
  const entry = (await response.json()) as Entry{n};
  return {{ ...entry, title: entry.title.trim() }};
}}

export async function save{n}(entry: Entry{n}): Promise<void> {{
  await request(`/group{n}/${{entry.id}}`, {{ method: 'PUT', body: entry }});
  navigator.sendBeacon(`${{METRICS_URL}}/saved`, JSON.stringify({{ id: entry.id }}));
}}

export const group{n} = {{
  name: 'group {n}',
  format: format{n},
  async load(id: string) {{
    const found = await Promise.all([{clients}].map((find) => find(id)));
    const entry = await fetch{n}(id);
    track('group{n}', {{ id, found: String(found.length) }});
    return {{ entry, found }};
  }},
  watch(topic: string) {{
    const socket = new WebSocket(`${{SOCKET_URL}}/group{n}/${{topic}}`);
    socket.addEventListener('message', (event) => {{
      const entry = JSON.parse(event.data) as Entry{n};
      listeners.forEach((listener) => listener(format{n}(entry)));
    }});
    return () => socket.close();
  }},
}};

"""


def catalog():
    used = sorted({(n * 5 + i) % CLIENTS for n in range(120) for i in range(2)})
    lines = [
        "import { request } from './http';",
        "import { METRICS_URL, SOCKET_URL } from './config';",
        "import { track } from './metrics';",
    ]
    lines += [f"import {{ find{c} }} from './clients/client{c}';" for c in used]
    lines += ["", "const listeners: Array<(text: string) => void> = [];", ""]
    n = 0
    while len(lines) < LINES - 2:
        lines += group(n).split("\n")[:-1]
        n += 1
    del lines[LINES - 2 :]
    # The last group may be cut: what is left of it is a comment.
    start = max(i for i, line in enumerate(lines) if line.startswith("/** Group"))
    lines[start:] = ["// " + line for line in lines[start:]]
    lines += ["", f"export const groups = [{', '.join(f'group{i}' for i in range(n - 1))}];"]
    return "\n".join(lines) + "\n"


def files():
    yield "package.json", '{ "name": "acme", "private": true, "dependencies": { "react": "^19.0.0" } }\n'
    yield "tsconfig.json", TSCONFIG
    yield "vite.config.ts", "import { defineConfig } from 'vite';\nexport default defineConfig({ base: '/' });\n"
    yield ".env", "VITE_API_URL=https://api.acme.example\n"
    yield "index.html", PAGE
    yield "public/_headers", HEADERS
    yield "src/http.ts", HTTP
    yield "src/config.ts", CONFIG
    yield "src/metrics.ts", (
        "import { METRICS_URL } from './config';\n"
        "export function track(name: string, data: Record<string, string>) {\n"
        "  navigator.sendBeacon(`${METRICS_URL}/track/${name}`, JSON.stringify(data));\n}\n"
    )
    yield "src/util/lists.ts", (
        "export const sorted = <T>(list: T[]) => [...list].sort();\n"
        "export const unique = <T>(list: T[], key: (one: T) => string) =>\n"
        "  [...new Map(list.map((one) => [key(one), one])).values()];\n"
    )
    yield "src/ui/index.ts", "".join(
        f"export {{ {name} }} from './{name.lower()}';\n" for name in ("Button", "List", "Row", "Spinner")
    )
    for name in ("Button", "List", "Row", "Spinner"):
        yield f"src/ui/{name.lower()}.tsx", (
            f"import React from 'react';\nexport function {name}(props: any) {{\n"
            f"  return <div className=\"{name.lower()}\" {{...props}} />;\n}}\n"
        )
    for n in range(CLIENTS):
        yield f"src/clients/client{n}.ts", client(n)
    for n in range(FEATURES):
        folder = f"src/features/feature{n}"
        yield f"{folder}/hook.ts", hook(n)
        yield f"{folder}/view.tsx", view(n)
        yield f"{folder}/model.ts", model(n)
        yield f"{folder}/checks.ts", spec(n)
        yield f"{folder}/index.ts", f"export {{ Feature{n} }} from './view';\nexport * from './model';\n"
    yield "src/catalog.ts", catalog()
    main = [f"import {{ Feature{n} }} from './features/feature{n}';" for n in range(FEATURES)]
    main += ["import { groups } from './catalog';", "", "export const all = [", "  groups,"]
    main += [f"  Feature{n}," for n in range(FEATURES)] + ["];"]
    yield "src/main.ts", "\n".join(main) + "\n"


def main():
    root = pathlib.Path(sys.argv[1])
    for name, text in files():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


main()
