-- Asks the gate whether a request may pass: http-request lua.liberations SOCKET HOST. HAProxy 2.4 or later, with Lua.
-- Yes sets Remote-User, takes our cookies away and sets txn.liberations; no ends the request here. Without either, the frontend
-- must end it.
local forwarded = { "cookie", "accept", "sec-fetch-mode" }

local function answer(txn, status, location)
	local reply = txn:reply{ status = status }
	reply:add_header("cache-control", "no-store")
	reply:add_header("content-length", "0")
	if location then
		reply:add_header("location", location)
	end
	txn:done(reply)
end

-- The status and the fields of the gate's answer; nil: there was none, or it was cut off.
local function ask(path, question)
	local gate = core.tcp()
	gate:settimeout(8)
	if not gate:connect(path) or not gate:send(question) then
		return nil
	end
	local status = tonumber((gate:receive("*l") or ""):match("^HTTP/1%.1 (%d%d%d) "))
	local fields = {}
	for _ = 1, 32 do
		local line = gate:receive("*l")
		if not line then
			break
		elseif line == "" or line == "\r" then
			gate:close()
			return status, fields
		end
		local name, value = line:match("^([%w-]+): ([^\r]*)")
		if name then
			fields[name:lower()] = fields[name:lower()] and "" or value -- one that stands there twice counts as none
		end
	end
	gate:close()
	return nil
end

core.register_action("liberations", { "http-req" }, function(txn, path, host)
	local asked = txn.http:req_get_headers()
	local lines = { "GET /authz/redirect/" .. host .. " HTTP/1.1", "host: gate", "connection: close",
		"x-forwarded-method: " .. txn.sf:method(), "x-forwarded-uri: " .. txn.sf:url() }
	for _, name in ipairs(forwarded) do
		for at = 0, 63 do
			local value = asked[name] and asked[name][at]
			if value then
				table.insert(lines, name .. ": " .. value)
			end
		end
	end
	local status, fields = ask(path, table.concat(lines, "\r\n") .. "\r\n\r\n")
	local name = status == 200 and fields["remote-user"] or ""
	if name ~= "" then
		local cookie = asked.cookie and asked.cookie[0] or ""
		cookie = ("; " .. cookie):gsub(";%s*__Host%-liberations[^=;]*=[^;]*", ""):gsub("^;%s*", "")
		txn.http:req_set_header("cookie", cookie)
		txn.http:req_set_header("remote-user", name)
		txn:set_var("txn.liberations", name)
	elseif status == 303 and fields.location then
		answer(txn, 303, fields.location)
	elseif status == 400 or status == 401 then
		answer(txn, status)
	end -- else the frontend says that nobody could be asked
end, 2)
