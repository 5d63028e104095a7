//! Clients of libraries: instances with a base, passed around the program.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{json, tree};

/// `file api pattern` of every endpoint.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let folder = tree(files);
    let report = json(folder.path(), &["endpoints", "--no-config"]);
    let all = report["endpoints"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let row = |e: &serde_json::Value| {
        format!(
            "{} {} {}",
            text(&e["file"]),
            text(&e["api"]),
            text(&e["pattern"])
        )
    };
    assert_eq!(all.map(row).collect::<Vec<_>>(), expected);
}

#[test]
fn the_library_itself() {
    check(
        &[(
            "a.js",
            "import axios from 'axios'; axios.get('/a'); axios('/b'); axios({ url: '/c', method: 'post' }); axios.post('https://a.test/d', {}); axios.request({ url: '/e', baseURL: 'https://b.test' }); axios.get('/f', { baseURL: 'https://c.test/v1/' })",
        )],
        &[
            "a.js XMLHttpRequest.open /a",
            "a.js XMLHttpRequest.open /b",
            "a.js XMLHttpRequest.open /c",
            "a.js XMLHttpRequest.open https://a.test/d",
            "a.js XMLHttpRequest.open https://b.test/e",
            "a.js XMLHttpRequest.open https://c.test/v1/f",
        ],
    );
    check(
        &[(
            "a.js",
            "import ky from 'ky'; import { ofetch } from 'ofetch'; ky.get('https://a.test/x'); ky('/y'); ofetch('/z')",
        )],
        &[
            "a.js fetch https://a.test/x",
            "a.js fetch /y",
            "a.js fetch /z",
        ],
    );
    check(
        &[(
            "a.js",
            "const axios = require('axios'); axios.get('/a'); require('axios').default.get('/b')",
        )],
        &["a.js XMLHttpRequest.open /a", "a.js XMLHttpRequest.open /b"],
    );
}

#[test]
fn instances() {
    check(
        &[(
            "a.js",
            "import axios from 'axios'; const api = axios.create({ baseURL: 'https://a.test/v1/' }); api.get('/users'); api.get(`users/${id}`); api.get('https://b.test/')",
        )],
        &[
            "a.js XMLHttpRequest.open https://a.test/v1/users",
            "a.js XMLHttpRequest.open https://a.test/v1/users/{id}",
            "a.js XMLHttpRequest.open https://b.test/",
        ],
    );
    check(
        &[
            (
                "http.ts",
                "import axios from 'axios'; export const http = axios.create({ baseURL: import.meta.env.VITE_API }); export default http",
            ),
            (
                "users.ts",
                "import http from './http'; export const users = () => http.get('/users'); class Users { constructor(private client = http) {} all() { return this.client.get('/all') } }",
            ),
        ],
        &[
            "users.ts XMLHttpRequest.open {import.meta.env.VITE_API}/users",
            "users.ts XMLHttpRequest.open {import.meta.env.VITE_API}/all",
        ],
    );
    check(
        &[(
            "a.js",
            "import ky from 'ky'; const a = ky.create({ prefixUrl: 'https://a.test' }); const b = a.extend({ headers: {} }); b.get('x'); b.post('y')",
        )],
        &["a.js fetch https://a.test/x", "a.js fetch https://a.test/y"],
    );
}

#[test]
fn defaults_and_wrappers() {
    check(
        &[
            (
                "main.js",
                "import axios from 'axios'; axios.defaults.baseURL = 'https://a.test'",
            ),
            ("b.js", "import axios from 'axios'; axios.get('/x')"),
        ],
        &["b.js XMLHttpRequest.open https://a.test/x"],
    );
    check(
        &[(
            "a.js",
            "import axios from 'axios'; const api = axios.create({ baseURL: 'https://a.test' }); const load = (path) => api.get(path); load('/x'); load('/y')",
        )],
        &[
            "a.js XMLHttpRequest.open https://a.test/x",
            "a.js XMLHttpRequest.open https://a.test/y",
        ],
    );
}

#[test]
fn what_is_no_client() {
    check(
        &[
            (
                "a.js",
                "import axios from 'axios'; import { http } from 'msw2'; const map = new Map(); map.get('/m'); http.get('/h'); const app = express(); app.post('/p'); axios.all([]); axios.isCancel('/x')",
            ),
            (
                "b.js",
                "const axios = { get() {} }; axios.get('/a'); function f(axios) { axios.get('/b') }",
            ),
            (
                "c.js",
                "import _ from 'lodash'; _.get('/c'); import { Axios } from 'axios'; params.get('/d')",
            ),
        ],
        &[],
    );
}
