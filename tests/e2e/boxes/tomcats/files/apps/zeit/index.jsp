<%@ page contentType="text/plain; charset=UTF-8" trimDirectiveWhitespaces="true" import="java.io.*,java.util.*" %><%
Properties settings = new Properties();
try (Reader file = new FileReader(System.getProperty("zeit.datei"))) { settings.load(file); }
try (Writer book = new FileWriter("/var/lib/zeit/buchungen.csv", true)) { if (request.getParameter("kommt") != null) book.write("kommt\n"); }
out.print("Zeit: " + settings.getProperty("ort"));
%>
