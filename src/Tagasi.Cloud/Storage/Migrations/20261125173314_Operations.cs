using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Tagasi.Cloud.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Operations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "FK_WritebackRequests_RecoverySessions_SessionId",
                table: "WritebackRequests");

            migrationBuilder.AlterColumn<Guid>(
                name: "SessionId",
                table: "WritebackRequests",
                type: "TEXT",
                nullable: true,
                oldClrType: typeof(Guid),
                oldType: "TEXT");

            migrationBuilder.AddColumn<string>(
                name: "AskedBy",
                table: "WritebackRequests",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<int>(
                name: "Operation",
                table: "WritebackRequests",
                type: "INTEGER",
                nullable: false,
                defaultValue: 1); // until now there was the reset alone

            migrationBuilder.AddForeignKey(
                name: "FK_WritebackRequests_RecoverySessions_SessionId",
                table: "WritebackRequests",
                column: "SessionId",
                principalTable: "RecoverySessions",
                principalColumn: "Id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "FK_WritebackRequests_RecoverySessions_SessionId",
                table: "WritebackRequests");

            migrationBuilder.DropColumn(
                name: "AskedBy",
                table: "WritebackRequests");

            migrationBuilder.DropColumn(
                name: "Operation",
                table: "WritebackRequests");

            migrationBuilder.AlterColumn<Guid>(
                name: "SessionId",
                table: "WritebackRequests",
                type: "TEXT",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"),
                oldClrType: typeof(Guid),
                oldType: "TEXT",
                oldNullable: true);

            migrationBuilder.AddForeignKey(
                name: "FK_WritebackRequests_RecoverySessions_SessionId",
                table: "WritebackRequests",
                column: "SessionId",
                principalTable: "RecoverySessions",
                principalColumn: "Id",
                onDelete: ReferentialAction.Cascade);
        }
    }
}
