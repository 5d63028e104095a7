-- What Neovim's client must show and do; run in the folder of a copy of `tests/editors/project`.

local newest = vim.fn.has('nvim-0.11') == 1
local said = 0

local function say(what)
  said = said + 1
  io.stdout:write('  ' .. what .. '\n')
end

--- Waits until something is so, and hands on what it is.
local function await(what, probe)
  local result
  local is_so = vim.wait(60000, function()
    result = probe()
    return result ~= nil and result ~= false
  end, 10)
  if not is_so then
    error('waited in vain: ' .. what .. '\n' .. vim.inspect(vim.diagnostic.get()))
  end
  say(what)
  return result
end

local function client_of(buffer)
  local all = newest and vim.lsp.get_clients({ bufnr = buffer })
    or vim.tbl_values(vim.lsp.buf_get_clients(buffer))
  return all[1]
end

--- The text of a range that the client made positions in bytes of.
local function text_of(buffer, diagnostic)
  local from, to = diagnostic.lnum, diagnostic.end_lnum
  local lines = vim.api.nvim_buf_get_lines(buffer, from, to + 1, false)
  lines[#lines] = lines[#lines]:sub(1, diagnostic.end_col)
  lines[1] = lines[1]:sub(diagnostic.col + 1)
  return table.concat(lines, '\n')
end

local function code_of(diagnostic)
  return diagnostic.code or diagnostic.user_data.lsp.code
end

--- The findings of a buffer, as `code: text`.
local function findings(buffer)
  local all = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(buffer)) do
    table.insert(all, code_of(diagnostic) .. ': ' .. text_of(buffer, diagnostic))
  end
  table.sort(all)
  return table.concat(all, '\n')
end

local function await_findings(buffer, what, wanted)
  await(what, function() return findings(buffer) == wanted end)
end

--- Puts text in place of what stands once in a buffer.
local function replace(buffer, old, new)
  for row, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
    local from, to = line:find(old, 1, true)
    if from then
      vim.api.nvim_buf_set_text(buffer, row - 1, from - 1, row - 1, to, { new })
      return
    end
  end
  error(old .. ' is not there')
end

--- Puts the cursor on a text.
local function go(text)
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  assert(vim.fn.search('\\V' .. text, 'cW') > 0, text .. ' is not there')
end

local function ask(buffer, method, more)
  local params = vim.lsp.util.make_position_params(0, client_of(buffer).offset_encoding)
  params = vim.tbl_extend('force', params, more or {})
  local answers = vim.lsp.buf_request_sync(buffer, method, params, 60000) or {}
  local _, answer = next(answers)
  return answer and answer.result
end

--- Runs the code action whose title begins so, at the cursor; the menu is answered instead of shown.
local function act(title)
  local offered
  vim.ui.select = function(items, _, choose)
    offered = items
    for index, item in ipairs(items) do
      local action = item.action or item[2]
      if action.title:sub(1, #title) == title then
        return choose(item, index)
      end
    end
    error('no such action: ' .. vim.inspect(items))
  end
  vim.lsp.buf.code_action()
  await('code actions are offered: ' .. title, function() return offered end)
end

local function checks()
  vim.cmd('edit app.js')
  local app = vim.api.nvim_get_current_buf()
  local client = await('the client attaches', function() return client_of(app) end)
  assert(client.name == 'connect_lint', client.name)
  await('the server tells its name', function()
    local info = client.server_info
    return not newest or info and info.name == 'connect-lint'
  end)

  local blocked = "blocked: PAYMENTS + '/charge'"
  await_findings(app, 'a blocked call is shown, at its URL behind characters of 2, 3 and 4 bytes', blocked)
  local finding = vim.diagnostic.get(app)[1]
  assert(finding.lnum == 1 and finding.source == 'connect-lint', vim.inspect(finding))
  assert(finding.severity == vim.diagnostic.severity.ERROR, vim.inspect(finding))
  assert(finding.message:find('https://pay.shop.test', 1, true), finding.message)
  say('with its message, code, source and severity')

  go('PAYMENTS + ')
  local hover = ask(app, 'textDocument/hover')
  local told = vim.inspect(hover)
  assert(hover and told:find('https://pay.shop.test/charge', 1, true), told)
  assert(told:find('blocked', 1, true), told)
  say('hovering over the URL tells what it is and the verdict')

  replace(app, '日', '日本語 😀😀')
  replace(app, 'pay.shop', 'api.shop')
  await_findings(app, 'a change that is not saved counts', '')
  replace(app, 'api.shop', 'zähl.shop')
  replace(app, '/charge', '/😀/charge')
  await_findings(app, 'edits among such characters stay in step', "blocked: PAYMENTS + '/😀/charge'")
  vim.cmd('silent undo 0')
  await_findings(app, 'undoing them too', blocked)

  go('PAYMENTS + ')
  act('Ignore `blocked` on this line, with a reason')
  await_findings(app, 'a finding is silenced by a comment', '')
  assert(table.concat(vim.api.nvim_buf_get_lines(app, 0, -1, false)):find('connect-lint-ignore-next-line blocked', 1, true))
  vim.cmd('silent undo 0')
  await_findings(app, 'and undone', blocked)

  go('PAYMENTS + ')
  act('Add `https://pay.shop.test` to `connect-src`')
  local headers = await('the policy is changed in its buffer', function()
    local buffer = vim.fn.bufnr('_headers')
    local lines = buffer > 0 and vim.api.nvim_buf_get_lines(buffer, 1, 2, false)
    local wanted = "connect-src 'self' https://api.shop.test https://pay.shop.test"
    return lines and lines[1] and lines[1]:find(wanted, 1, true) and buffer
  end)
  await_findings(app, 'the finding goes away', '')
  vim.cmd('silent wall')
  assert(table.concat(vim.fn.readfile('_headers')):find('https://pay.shop.test', 1, true))
  say('the policy is written')

  vim.cmd('split index.html')
  local page = vim.api.nvim_get_current_buf()
  await_findings(page, 'calls in pages are shown', "blocked: 'https://log.shop.test/seen'")

  -- Beside the others: Neovim asks again for buffers that are seen.
  vim.cmd('sbuffer _headers')
  replace(headers, ' https://pay.shop.test', ' ')
  await_findings(app, 'a change of the policy counts before it is saved', blocked)
  vim.api.nvim_win_set_cursor(0, { 2, #vim.api.nvim_buf_get_lines(headers, 1, 2, false)[1] })
  local items = ask(headers, 'textDocument/completion')
  items = items and items.items or items or {}
  local labels = vim.tbl_map(function(item) return item.label end, items)
  assert(vim.tbl_contains(labels, 'https://pay.shop.test'), vim.inspect(labels))
  say('the policy is completed with what is needed')

  vim.cmd('silent bwipeout! ' .. headers)
  await_findings(app, 'a policy that is closed counts as it is on the disk', '')
  local lines = vim.fn.readfile('_headers')
  vim.fn.writefile({ lines[1], (lines[2]:gsub(' https://pay.shop.test', '')) }, '_headers')
  vim.cmd('silent wall!')
  vim.cmd('sbuffer ' .. app .. ' | silent write!')
  await_findings(app, 'what others write is seen when something is saved', blocked)

  client.stop(client)
  await('the server ends', function() return client.is_stopped(client) end)
end

local ok, error_message = xpcall(checks, debug.traceback)
if not ok then
  io.stdout:write(error_message .. '\n')
  vim.cmd('cquit 1')
end
io.stdout:write('  ' .. said .. ' things seen\n')
vim.cmd('quitall!')
