<%@ page contentType="text/plain; charset=UTF-8" trimDirectiveWhitespaces="true" import="java.io.*,java.util.*" %><%
Properties settings = new Properties();
try (Reader file = new FileReader(System.getProperty("kunden.config") + "/kunden.properties")) { settings.load(file); }
out.print("Kunden: " + settings.getProperty("ort"));
%>
