// What start.py does, for Windows computers without Python: serves the course to this computer only.
// PowerShell compiles it (start.ps1), so it keeps to what the C# 5 compiler of Windows knows.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;

namespace Satchel
{
    /// <summary>Finds out whether the course can be served, and begins. Mirrors start.py.</summary>
    public static class Starter
    {
        public const int Port = 8657;
        public const int Serving = -1;

        /// <summary>For trying it out without PowerShell: the site's folder, then the options of start.py.</summary>
        public static int Main(string[] arguments)
        {
            string[] options = new string[arguments.Length - 1];
            Array.Copy(arguments, 1, options, 0, options.Length);
            int code = Begin(arguments[0], options);
            if (code == Serving) Thread.Sleep(Timeout.Infinite);
            return code;
        }

        /// <summary>Returns an exit code, or Serving: then the course is served until the process ends.</summary>
        public static int Begin(string site, string[] options)
        {
            int port = Port;
            bool browser = true;
            for (int i = 0; i < options.Length; i++)
            {
                if (options[i] == "--no-browser") browser = false;
                else if (options[i] == "--port" && i + 1 < options.Length && Number(options[i + 1], out port)) i++;
                else return Fail(2, "usage: start.bat [--port PORT] [--no-browser]; PORT is a number from 0 to 65535");
            }
            Files files;
            try { files = new Files(site); }
            catch (Exception)
            {
                return Fail(1, "The folder " + site + " is missing or incomplete. Unpack the whole zip, then start again.");
            }
            while (true)
            {
                string address = Address(port);
                try
                {
                    Server server = new Server(files, port);
                    address = Address(server.Port);
                    Console.WriteLine("The course is running. Keep this window open until you are done.");
                    Console.WriteLine("If no browser opens, open this address yourself:");
                    Console.WriteLine(address);
                    if (browser) Open(address);
                    return Serving;
                }
                catch (SocketException error)
                {
                    string found = ServedAt(port);
                    if (found == files.Identity)
                    {
                        Console.WriteLine("The course is already running.");
                        Console.WriteLine(address);
                        if (browser) Open(address);
                        return 0;
                    }
                    port = Elsewhere(port, found, files.Identity, error.Message);
                    if (port == 0) return 1;
                }
            }
        }

        private static string Address(int port)
        {
            return "http://127.0.0.1:" + port.ToString(CultureInfo.InvariantCulture) + "/";
        }

        private static bool Number(string text, out int port)
        {
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= 65535;
        }

        private static int Fail(int code, string message)
        {
            Console.Error.WriteLine(message);
            return code;
        }

        private static void Open(string address)
        {
            try { Process.Start(new ProcessStartInfo(address) { UseShellExecute = true }); }
            catch (Exception error) { Console.WriteLine("No browser could be opened (" + error.Message + ")."); }
        }

        /// <summary>The identity of the course that already answers at the port, or null if something else has it.</summary>
        private static string ServedAt(int port)
        {
            try
            {
                using (TcpClient client = new TcpClient())
                {
                    client.SendTimeout = client.ReceiveTimeout = 3000;
                    client.Connect(IPAddress.Loopback, port);
                    Stream stream = client.GetStream();
                    byte[] request = Encoding.ASCII.GetBytes(
                        "GET " + Server.IdentityPath + " HTTP/1.0\r\nHost: 127.0.0.1:" + port + "\r\n\r\n");
                    stream.Write(request, 0, request.Length);
                    byte[] answer = new byte[10000];
                    int length = 0, got;
                    while (length < answer.Length && (got = stream.Read(answer, length, answer.Length - length)) > 0) length += got;
                    string text = Encoding.UTF8.GetString(answer, 0, length);
                    int start = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
                    string body = start < 0 ? "" : text.Substring(start + 4);
                    return Regex.IsMatch(text, "^HTTP/1\\.[01] 200 ") && Regex.IsMatch(body, "^\\{\"course\": \"[^\"]+\", \"edition\": \"[0-9a-f]{64}\"\\}$") ? body : null;
                }
            }
            catch (Exception) { return null; }
        }

        /// <summary>What to do about an address that is taken: another port if the student wants one, else 0.</summary>
        private static int Elsewhere(int port, string found, string mine, string reason)
        {
            string address = Address(port);
            if (found != null && Course(found) == Course(mine))
            {
                return Fail(0, "Another edition of this course is running at " + address + "\n"
                    + "Close its window (it says 'The course is running'), then start again. Your work stays where it is.");
            }
            int other = FreePort(port);
            string who = found != null ? "another course is running there" : "another program may have it; " + reason;
            string close = found != null ? "the window of that course" : "that program";
            Console.Error.WriteLine("The address of this course cannot be used: " + address + " (" + who + ").\n"
                + "What helps: close " + close + ", then start again.\n"
                + "Or use another address this once, port " + other + ". Mind that the browser keeps work under its address:\n"
                + "what you saved at the usual address is safe, but shows only there. What you do at the other address you\n"
                + "bring home with a backup: My work, Download backup there; My work, Restore at the usual address.");
            if (Console.IsInputRedirected) return Fail(0, "To do so: start.bat --port " + other);
            Console.Error.Write("Use port " + other + " this once? [y/N] ");
            string answer = (Console.ReadLine() ?? "").Trim().ToLowerInvariant();
            return answer == "y" || answer == "yes" ? other : 0;
        }

        private static string Course(string identity)
        {
            return Regex.Match(identity, "^\\{\"course\": \"([^\"]*)\"").Groups[1].Value;
        }

        private static int FreePort(int after)
        {
            for (int port = after + 1; port < Math.Min(after + 20, 65536); port++)
            {
                TcpListener probe = new TcpListener(IPAddress.Loopback, port);
                try { probe.Start(); }
                catch (SocketException) { continue; }
                probe.Stop();
                return port;
            }
            return Port;
        }
    }

    /// <summary>The course's files and their hashes, by the list that came with them. What is not on the list is not served.</summary>
    public sealed class Files
    {
        private readonly string site;
        private readonly string course;
        private byte[] text = new byte[0];
        private Dictionary<string, string> sums;

        public Files(string site)
        {
            this.site = site;
            string manifest = File.ReadAllText(Path.Combine(site, "capabilities.json"), Encoding.UTF8);
            // The build writes the id first. A text that looks like it would have its quotation marks escaped.
            Match match = Regex.Match(manifest, "\"course\":\\s*\\{\\s*\"id\":\\s*\"([^\"\\\\]+)\"");
            if (!match.Success) throw new InvalidDataException("capabilities.json");
            course = match.Groups[1].Value;
            if (Now().Count == 0) throw new InvalidDataException("SHA256SUMS");
        }

        /// <summary>Which course this is, and which edition of it.</summary>
        public string Identity
        {
            get { return "{\"course\": \"" + course + "\", \"edition\": \"" + Now()["SHA256SUMS"] + "\"}"; }
        }

        /// <summary>Hash by path. All files of all zips carry the same time, so only the list's text tells a newer one.</summary>
        public Dictionary<string, string> Now()
        {
            byte[] now;
            try { now = File.ReadAllBytes(Path.Combine(site, "SHA256SUMS")); }
            catch (IOException) { return new Dictionary<string, string>(); }
            catch (UnauthorizedAccessException) { return new Dictionary<string, string>(); }
            lock (this)
            {
                if (sums == null || !Same(now, text))
                {
                    Dictionary<string, string> found = new Dictionary<string, string>(StringComparer.Ordinal);
                    foreach (string line in Encoding.UTF8.GetString(now).Split('\n'))
                    {
                        if (line.Length > 66) found[line.Substring(66)] = line.Substring(0, 64);
                    }
                    using (SHA256 hash = SHA256.Create())
                    {
                        found["SHA256SUMS"] = BitConverter.ToString(hash.ComputeHash(now)).Replace("-", "").ToLowerInvariant();
                    }
                    sums = found;
                    text = now;
                }
                return sums;
            }
        }

        public FileStream Open(string name)
        {
            string path = Path.Combine(site, name.Replace('/', Path.DirectorySeparatorChar));
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }

        private static bool Same(byte[] one, byte[] other)
        {
            if (one.Length != other.Length) return false;
            for (int i = 0; i < one.Length; i++) if (one[i] != other[i]) return false;
            return true;
        }
    }

    /// <summary>Answers the browsers of this computer, and only if they asked for this address.</summary>
    public sealed class Server
    {
        /// <summary>Who serves here: asked by a second start.</summary>
        public const string IdentityPath = "/.satchel-start";

        private const int LongestRequest = 65536;
        private static readonly Regex Hashed =
            new Regex("^(satchel/[0-9a-f]{10}/.+|runtime/.+-[0-9a-f]{16}\\.bin)$", RegexOptions.CultureInvariant);
        private static readonly Dictionary<string, string> Types = new Dictionary<string, string>
        {
            { "bin", "application/octet-stream" },
            { "css", "text/css; charset=utf-8" },
            { "csv", "text/csv; charset=utf-8" },
            { "gif", "image/gif" },
            { "html", "text/html; charset=utf-8" },
            { "ico", "image/x-icon" },
            { "ipynb", "application/json" },
            { "jpeg", "image/jpeg" },
            { "jpg", "image/jpeg" },
            { "js", "text/javascript; charset=utf-8" },
            { "json", "application/json" },
            { "map", "application/json" },
            { "md", "text/plain; charset=utf-8" },
            { "mjs", "text/javascript; charset=utf-8" },
            { "mp3", "audio/mpeg" },
            { "mp4", "video/mp4" },
            { "ogg", "audio/ogg" },
            { "pdf", "application/pdf" },
            { "png", "image/png" },
            { "py", "text/plain; charset=utf-8" },
            { "svg", "image/svg+xml" },
            { "tsv", "text/plain; charset=utf-8" },
            { "ttf", "font/ttf" },
            { "txt", "text/plain; charset=utf-8" },
            { "wasm", "application/wasm" },
            { "wav", "audio/wav" },
            { "webm", "video/webm" },
            { "webmanifest", "application/manifest+json" },
            { "webp", "image/webp" },
            { "woff", "font/woff" },
            { "woff2", "font/woff2" },
            { "xml", "text/xml; charset=utf-8" },
            { "zip", "application/zip" },
        };

        private readonly Files files;
        private readonly TcpListener listener;

        /// <summary>Listens at a port of this computer (0: any free one). Throws SocketException if somebody has it.</summary>
        public Server(Files files, int port)
        {
            this.files = files;
            listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start(100);
            Thread thread = new Thread(Accept);
            thread.IsBackground = true;
            thread.Start();
        }

        public int Port
        {
            get { return ((IPEndPoint)listener.LocalEndpoint).Port; }
        }

        private void Accept()
        {
            while (true)
            {
                TcpClient client = listener.AcceptTcpClient();
                Thread thread = new Thread(delegate() { Serve(client); });
                thread.IsBackground = true;
                thread.Start();
            }
        }

        private void Serve(TcpClient client)
        {
            using (client)
            {
                try
                {
                    client.ReceiveTimeout = client.SendTimeout = 60000;
                    NetworkStream stream = client.GetStream();
                    string head = ReadHead(stream);
                    if (head != null) new Answer(stream, head, files, Port).Write();
                    client.Client.Shutdown(SocketShutdown.Send);
                }
                // A browser that leaves a page stops what it was fetching.
                catch (IOException) { }
                catch (SocketException) { }
                catch (ObjectDisposedException) { }
                catch (Exception error) { Console.Error.WriteLine("An answer failed: " + error.Message); }
            }
        }

        /// <summary>Everything up to the empty line; null if there is none.</summary>
        private static string ReadHead(Stream stream)
        {
            byte[] buffer = new byte[LongestRequest];
            int length = 0;
            while (length < buffer.Length)
            {
                int got = stream.Read(buffer, length, buffer.Length - length);
                if (got <= 0) return null;
                length += got;
                // Latin-1: each byte stays one character.
                string head = Encoding.GetEncoding(28591).GetString(buffer, 0, length);
                int end = head.IndexOf("\r\n\r\n", StringComparison.Ordinal);
                if (end >= 0) return head.Substring(0, end);
            }
            return null;
        }

        /// <summary>One request and its answer.</summary>
        private sealed class Answer
        {
            private readonly Stream stream;
            private readonly Files files;
            private readonly string home;
            private readonly int port;
            private readonly string method = "";
            private readonly string target = "";
            private readonly Dictionary<string, string> asked = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

            public Answer(Stream stream, string head, Files files, int port)
            {
                this.stream = stream;
                this.files = files;
                this.port = port;
                home = "http://127.0.0.1:" + port;
                string[] lines = head.Split(new string[] { "\r\n" }, StringSplitOptions.None);
                string[] words = lines[0].Split(' ');
                if (words.Length == 3)
                {
                    method = words[0];
                    target = words[1];
                }
                for (int i = 1; i < lines.Length; i++)
                {
                    int colon = lines[i].IndexOf(':');
                    if (colon > 0) asked[lines[i].Substring(0, colon)] = lines[i].Substring(colon + 1).Trim();
                }
            }

            public void Write()
            {
                string host = Asked("Host");
                string path = target.Split('?')[0];
                if (method != "GET" && method != "HEAD") Say("501 Not Implemented", "A course can only be read.");
                // For a browser that is another place, with work of its own.
                else if (host == "localhost:" + port && target.StartsWith("/", StringComparison.Ordinal)) GoTo(home + target);
                // Another website could give its own name this computer's address, and then read what is here.
                else if (host != "127.0.0.1:" + port) Say("421 Misdirected Request", "This is not the address of the course. Open " + home + "/ instead.");
                else if (path == IdentityPath && files.Now().Count > 0)
                {
                    byte[] content = Encoding.UTF8.GetBytes(files.Identity);
                    Head("200 OK", "application/json", content.Length, "Cache-Control: no-store\r\n");
                    Body(content, content.Length);
                }
                else SendFile(path);
            }

            private void SendFile(string path)
            {
                Dictionary<string, string> sums = files.Now();
                string name = path.StartsWith("/", StringComparison.Ordinal) ? Uri.UnescapeDataString(path).Substring(1) : "";
                if (name == "" ? path == "/" : name.EndsWith("/", StringComparison.Ordinal)) name += "index.html";
                if (!sums.ContainsKey(name) && sums.ContainsKey(name + "/index.html"))
                {
                    GoTo(home + path + "/");
                    return;
                }
                if (!sums.ContainsKey(name))
                {
                    Say("404 Not Found", "The course has no such page.");
                    return;
                }
                FileStream file = null;
                try { file = files.Open(name); }
                catch (IOException) { }
                catch (UnauthorizedAccessException) { }
                if (file == null) Say("404 Not Found", "This file of the course is missing on this computer. Unpack the whole zip again.");
                else using (file) Send(file, name, "\"" + sums[name] + "\"");
            }

            private void Send(FileStream file, string name, string tag)
            {
                string kind;
                if (!Types.TryGetValue(name.Substring(name.LastIndexOf('.') + 1).ToLowerInvariant(), out kind)) kind = "application/octet-stream";
                string keeping = Hashed.IsMatch(name) ? "public, max-age=31536000, immutable" : "no-cache";
                string common = "Cache-Control: " + keeping + "\r\nETag: " + tag + "\r\nAccept-Ranges: bytes\r\n";
                long size = file.Length, first, last;
                string condition = Asked("If-Range");
                bool part = Part(Asked("Range"), size, out first, out last) && (condition == "" || condition == tag);
                if (Asked("If-None-Match").Contains(tag)) Head("304 Not Modified", null, 0, common);
                else if (!part)
                {
                    Head("200 OK", kind, size, common);
                    Body(file, size);
                }
                else if (first > last) Head("416 Range Not Satisfiable", kind, 0, "Content-Range: bytes */" + size + "\r\n");
                else
                {
                    Head("206 Partial Content", kind, last - first + 1, common, "Content-Range: bytes " + first + "-" + last + "/" + size + "\r\n");
                    file.Seek(first, SeekOrigin.Begin);
                    Body(file, last - first + 1);
                }
            }

            /// <summary>What a Range header asks for; false if nothing we know. `first` is above `last` if there are no such bytes.</summary>
            private static bool Part(string asked, long size, out long first, out long last)
            {
                first = 0;
                last = size - 1;
                Match found = Regex.Match(asked, "^bytes=([0-9]{0,18})-([0-9]{0,18})$");
                string from = found.Groups[1].Value, to = found.Groups[2].Value;
                if (!found.Success || (from == "" && to == "")) return false;
                if (from == "")
                {
                    long count = long.Parse(to, CultureInfo.InvariantCulture);
                    first = Math.Max(0, size - count);
                    return true;
                }
                first = long.Parse(from, CultureInfo.InvariantCulture);
                if (to == "") return true;
                long end = long.Parse(to, CultureInfo.InvariantCulture);
                if (end < first) return false;
                last = Math.Min(last, end);
                return true;
            }

            private string Asked(string name)
            {
                string value;
                return asked.TryGetValue(name, out value) ? value : "";
            }

            private void GoTo(string address)
            {
                Head("302 Found", "text/plain; charset=utf-8", 0, "Location: " + address + "\r\nCache-Control: no-store\r\n");
            }

            /// <summary>A page of one sentence, with the way to the course.</summary>
            private void Say(string status, string sentence)
            {
                byte[] content = Encoding.UTF8.GetBytes("<!doctype html><meta charset=\"utf-8\"><title>" + status + "</title><p>" + sentence
                    + "</p><p><a href=\"" + home + "/\">" + home + "/</a>");
                Head(status, "text/html; charset=utf-8", content.Length, "Cache-Control: no-store\r\n");
                Body(content, content.Length);
            }

            private void Head(string status, string kind, long length, params string[] more)
            {
                string what = kind == null ? "" : "Content-Type: " + kind + "\r\nContent-Length: " + length + "\r\nX-Content-Type-Options: nosniff\r\n";
                byte[] head = Encoding.ASCII.GetBytes("HTTP/1.0 " + status + "\r\nConnection: close\r\n" + what + string.Concat(more) + "\r\n");
                stream.Write(head, 0, head.Length);
            }

            private void Body(byte[] content, int length)
            {
                if (method != "HEAD") stream.Write(content, 0, length);
            }

            private void Body(Stream file, long left)
            {
                byte[] piece = new byte[65536];
                while (method != "HEAD" && left > 0)
                {
                    int got = file.Read(piece, 0, (int)Math.Min(piece.Length, left));
                    if (got <= 0) return;
                    stream.Write(piece, 0, got);
                    left -= got;
                }
            }
        }
    }
}
