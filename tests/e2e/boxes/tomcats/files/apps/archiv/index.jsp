<%@ page contentType="text/plain; charset=UTF-8" trimDirectiveWhitespaces="true" import="java.sql.*,javax.naming.*,javax.sql.*" %><%
DataSource source = (DataSource) new InitialContext().lookup("java:comp/env/jdbc/archiv");
try (Connection connection = source.getConnection(); ResultSet found = connection.createStatement().executeQuery("select count(*) from akte")) {
    found.next();
    out.print("Archiv: " + found.getInt(1) + " Akten");
}
String place = application.getInitParameter("ablage");
if (request.getParameter("name") != null) new java.io.File(place, "akte-" + Integer.parseInt(request.getParameter("name")) + ".txt").createNewFile();
%>
